const gap = 4
const edge = 8

/** Puts a popover below what it belongs to, or above where there is no room, inside the window. By CSSOM: the policy allows no style attribute. */
export const place = (popover: HTMLElement, near: HTMLElement | { readonly x: number; readonly y: number }): void => {
  const anchor = near instanceof HTMLElement ? near.getBoundingClientRect() : new DOMRect(near.x, near.y, 0, 0)
  const { width, height } = popover.getBoundingClientRect()
  const left = Math.min(Math.max(edge, anchor.left), innerWidth - width - edge)
  const below = anchor.bottom + gap
  const above = anchor.top - gap - height
  const top = below + height + edge <= innerHeight || above < edge ? Math.min(below, Math.max(edge, innerHeight - height - edge)) : above
  popover.style.left = `${Math.max(edge, left)}px`
  popover.style.top = `${top}px`
}
