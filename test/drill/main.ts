/** `./bulkhead drill`: plays the breach against a fresh platform of its own and prints the scoreboard. */
import { parseArgs } from 'node:util'
import { drill, mustSee, type DrillRow } from './drill.ts'
import { unsealedProgram } from './image.ts'

const usage = `bulkhead drill: plays thefts against a fresh platform with planted people and mail, and counts what they yield

  --control   only the negative control: the image that does not seal, where everything must be found
  --json      the scoreboard as JSON
`

const { values: options } = parseArgs({
  options: { control: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

const classes = { A: 'addresses', V: 'testable passwords', P: 'passwords', M: 'mail' } as const

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const line = ({ row, bytes, finds }: DrillRow): string => {
  const counts = Object.entries(classes).map(([key, name]) => `${finds.filter((find) => find.class === key).length} ${name}`)
  return `${row.padEnd(24)} ${(bytes / 1e6).toFixed(1).padStart(8)} MB stolen: ${counts.join(', ')}`
}

const play = async (): Promise<number> => {
  const sealed = options.control ? [] : await drill({ portBase: 15_000, say })
  const control = await drill({ portBase: 15_000, program: unsealedProgram, say: (text) => say(`control: ${text}`) })
  const unseen = mustSee(control)
  const finds = sealed.flatMap((row) => row.finds)
  if (options.json) process.stdout.write(`${JSON.stringify({ sealed, control, unseen })}\n`)
  else {
    for (const row of sealed) process.stdout.write(`${line(row)}\n`)
    for (const find of finds.slice(0, 50)) process.stdout.write(`  FOUND ${find.name} (${find.form}) in ${find.where}\n`)
    process.stdout.write('negative control (nothing sealed):\n')
    for (const row of control) process.stdout.write(`${line(row)}\n`)
    for (const missing of unseen) process.stdout.write(`  NOT SEEN ${missing}\n`)
  }
  if (unseen.length > 0) say('the drill is broken: the control should have found what is listed')
  return finds.length > 0 || unseen.length > 0 ? 1 : 0
}

if (options.help) process.stdout.write(usage)
else process.exitCode = await play()
