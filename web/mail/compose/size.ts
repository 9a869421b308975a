/** `3.4 MB`; decimal units, as file managers and plans have them. */
export const writeSize = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB'] as const
  let value = bytes
  let unit = -1
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[unit] ?? 'KB'}`
}
