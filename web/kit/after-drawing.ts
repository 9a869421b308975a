/** What nobody waits for begins when what somebody waits for is drawn. */
export const afterDrawing = (act: () => void): void => {
  requestAnimationFrame(() => setTimeout(act))
}
