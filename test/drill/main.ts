/** `./bulkhead drill`: plays the breach against a fresh platform of its own and prints the scoreboard. */
import { parseArgs } from 'node:util'
import { portBases } from '../ports.ts'
import { beyond, type Captured } from './captured.ts'
import { drill, leaks, mustSee, type DrillRow } from './drill.ts'
import { unsealedProgram } from './image.ts'
import { classes, type Find } from './scanner.ts'

const usage = `bulkhead drill: plays thefts against a fresh platform with planted people and mail, and counts what they yield

  --control   only the negative control: the image that does not seal, where everything must be found
  --json      the scoreboard as JSON
`

const { values: options } = parseArgs({
  options: { control: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const countsOf = (finds: readonly Find[]): string =>
  Object.entries(classes).map(([key, name]) => `${finds.filter((find) => find.class === key).length} ${name}`).join(', ')

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(8)

const line = ({ row, bytes, finds }: DrillRow): string => `${row.padEnd(24)} ${megabytes(bytes)} MB stolen: ${countsOf(finds)}`

const capturedLine = (one: Captured): string => {
  const over = beyond(one)
  const held = [...new Set(one.finds.map((find) => classes[find.class]))].join(', ') || 'nothing that was planted'
  return `${`P5 ${one.process}`.padEnd(24)} ${megabytes(one.bytes)} MB of memory: ${over.length} beyond what it may hold (${held})`
}

const play = async (): Promise<number> => {
  const sealed = options.control ? undefined : await drill({ portBases: portBases['test/drill/drill'], say })
  const control = await drill({ portBases: portBases['test/drill/drill'], program: unsealedProgram, say: (text) => say(`control: ${text}`) })
  const unseen = mustSee(control)
  const finds = sealed === undefined ? [] : leaks(sealed)
  if (options.json) process.stdout.write(`${JSON.stringify({ sealed: sealed === undefined ? null : { rows: sealed.rows, captured: sealed.captured }, control: control.rows, unseen })}\n`)
  else {
    for (const row of sealed?.rows ?? []) process.stdout.write(`${line(row)}\n`)
    for (const one of sealed?.captured ?? []) process.stdout.write(`${capturedLine(one)}\n`)
    for (const find of finds.slice(0, 50)) process.stdout.write(`  FOUND ${find.name} (${find.form}) in ${find.where}\n`)
    process.stdout.write('negative control (nothing sealed):\n')
    for (const row of control.rows) process.stdout.write(`${line(row)}\n`)
    for (const missing of unseen) process.stdout.write(`  NOT SEEN ${missing}\n`)
  }
  if (unseen.length > 0) say('the drill is broken: the control should have found what is listed')
  return finds.length > 0 || unseen.length > 0 ? 1 : 0
}

if (options.help) process.stdout.write(usage)
else process.exitCode = await play()
