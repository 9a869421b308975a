/** `node test/corpus/main.ts --count 1000 --seed 1 --out DIR [--largest BYTES]`: one file a message, `00001.eml` and on. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { corpusDefaults, corpusMessage } from './message.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(corpusDefaults.seed) },
    largest: { type: 'string', default: String(corpusDefaults.largestBytes) },
    out: { type: 'string' },
  },
})

if (values.out === undefined) {
  process.stderr.write('usage: main.ts --out DIR [--count N] [--seed N] [--largest BYTES]\n')
  process.exit(2)
}
const settings = { seed: Number(values.seed), largestBytes: Number(values.largest) }
mkdirSync(values.out, { recursive: true })
const whole = createHash('sha256')
let bytes = 0
for (let number = 1; number <= Number(values.count); number += 1) {
  const message = corpusMessage(number, settings)
  writeFileSync(join(values.out, `${String(number).padStart(5, '0')}.eml`), message)
  whole.update(message)
  bytes += message.length
}
process.stdout.write(`${values.count} messages, ${bytes} bytes, sha256 ${whole.digest('hex')}\n`)
