/** For property tests of incremental readers: the same bytes, cut into chunks at the given places. */
export const cutAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = []
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(cut, bytes.length)
    if (to > from) chunks.push(bytes.subarray(from, to))
    from = Math.max(from, to)
  }
  return [...chunks, bytes.subarray(from)]
}
