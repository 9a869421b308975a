/** Rows of the printed table: ours, the peers', and the ratio that counts. */

export interface Row {
  readonly name: string
  readonly unit: string
  /** Whether a larger number is better. */
  readonly more: boolean
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

const shown = (value: number): string =>
  Number.isNaN(value) ? '–' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)

/** How many times better ours is: above 1 is better, whichever way the unit counts. */
const ratio = (row: Row, peer: number): string => {
  const times = row.more ? row.ours / peer : peer / row.ours
  return `${times.toFixed(2)} ×`
}

export const markdown = (rows: readonly Row[]): string => {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))]
  const head = ['row', 'unit', 'Bulkhead', ...peers.flatMap((peer) => [peer, 'better by'])]
  const lines = rows.map((row) => [
    row.name,
    row.unit,
    shown(row.ours),
    ...peers.flatMap((peer) => {
      const value = row.peers[peer]
      return value === undefined ? ['', ''] : [shown(value), ratio(row, value)]
    }),
  ])
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
