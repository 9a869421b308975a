/** Documents made from the process table: the table of ARCHITECTURE.md. Pure. */
import { knocksOf, processTable, type ProcessRow } from './processes.ts'

const list = (words: readonly string[]): string => (words.length === 0 ? '–' : words.join(', '))

const row = (process: ProcessRow): string => {
  const { name, does, per, count, serves, databases, files, listens, egress, addons, heapMb } = process
  const network = [...(listens ? ['inherited ports'] : []), ...(egress === 'none' ? [] : [egress])]
  const doors = name === 'watch' ? ['every process'] : serves
  const many = count === undefined ? per : `${per}, or several (\`${count}\`)`
  const cells = [
    `\`${name}\``, does, many, list(doors), list(knocksOf(name).filter((server) => server !== 'watch')),
    list(databases), list(files), list(network), addons ? 'one native module' : '–', `${heapMb} MB`,
  ]
  return `| ${cells.join(' | ')} |`
}

export const processesMark = { begin: '<!-- processes: made by ./bulkhead docs processes -->', end: '<!-- /processes -->' } as const

export const processesDocument = (): string => [
  processesMark.begin,
  '| process | does | one per | opens its door to | knocks at | databases | files | network | native code | heap |',
  '|---|---|---|---|---|---|---|---|---|---|',
  ...processTable.map(row),
  processesMark.end,
].join('\n')
