/** Rows of the printed table: ours, the peers', and the ratio that counts. */

/** A figure that there is not, and why: it stands in the table in words. */
export interface Absent {
  readonly none: string
}

export type Figure = number | Absent

export interface Row {
  readonly name: string
  readonly unit: string
  /** Whether a larger number is better. */
  readonly more: boolean
  readonly ours: Figure
  readonly peers: Readonly<Record<string, Figure>>
  /** What ours has to reach, where that is laid down. */
  readonly goal?: number
}

export const median = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  if (sorted.length === 0) return NaN
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

export const figureText = (value: Figure): string =>
  typeof value !== 'number' ? value.none : value === 0 ? '0' : Number.isNaN(value) ? '–' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)

/** How many times better ours is: above 1 is better, whichever way the unit counts. */
const ratio = ({ ours, more }: Row, peer: Figure): string => {
  if (typeof ours !== 'number' || typeof peer !== 'number' || Number.isNaN(ours)) return ''
  const times = more ? ours / peer : peer / ours
  return `${times.toFixed(2)} ×`
}

const goalCells = ({ goal, ours, more }: Row): readonly string[] => {
  if (goal === undefined) return ['', '']
  if (typeof ours !== 'number') return [figureText(goal), 'no']
  if (Number.isNaN(ours)) return [figureText(goal), 'not measured']
  return [figureText(goal), (more ? ours >= goal : ours <= goal) ? 'yes' : 'no']
}

export const markdown = (rows: readonly Row[]): string => {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))]
  const hasGoals = rows.some(({ goal }) => goal !== undefined)
  const head = ['row', 'unit', 'Bulkhead', ...(hasGoals ? ['goal', 'holds'] : []), ...peers.flatMap((peer) => [peer, 'better by'])]
  const lines = rows.map((row) => [
    row.name,
    row.unit,
    figureText(row.ours),
    ...(hasGoals ? goalCells(row) : []),
    ...peers.flatMap((peer) => {
      const value = row.peers[peer]
      return value === undefined || (typeof value === 'number' && Number.isNaN(value)) ? ['', ''] : [figureText(value), ratio(row, value)]
    }),
  ])
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
