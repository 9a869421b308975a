/** Hostile bytes against a whole session: seeds of the corpus, cut, joined and damaged the same way every time. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Log } from '@bulkhead/base/log.ts'
import { duplexPair } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { commonOf, memoryAccount, testLimits } from '../../test/golden/in-process.ts'
import { imap } from './connection.ts'
import { unheard } from '../reporting/person-reporter.ts'

const imapSession = imap({ reports: unheard })

const rounds = 400

const unescaped = (line: string): Buffer =>
  Buffer.from(line.replaceAll(/\\(x([0-9a-f]{2})|r|n|\\)/g, (whole, kind: string, hex: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : kind === 'r' ? '\r' : kind === 'n' ? '\n' : '\\'), 'latin1')

const seeds = readFileSync(join(import.meta.dirname, '../../test/corpus/imap/commands.txt'), 'utf8')
  .split('\n').filter((line) => line !== '' && !line.startsWith('#')).map(unescaped)

/** Small and the same every time (mulberry32). */
const randomOf = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const specials = ['(', ')', '{', '}', '"', '\\', ',', ':', '*', ' ', '\0', '[', '<', '\r\n', '~']

const damages: readonly ((bytes: Buffer, random: (below: number) => number) => Buffer)[] = [
  (bytes) => bytes,
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => {
    const copy = Buffer.from(bytes)
    for (let count = random(4) + 1; count > 0; count -= 1) copy[random(copy.length)] = random(256)
    return copy
  },
  (bytes, random) => {
    const at = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(specials[random(specials.length)] ?? ''), bytes.subarray(at)])
  },
  (bytes, random) => Buffer.concat([bytes.subarray(0, random(bytes.length)), ...Array.from({ length: random(60) }, () => Buffer.from('(')), bytes]),
]

test('no input makes a session do what it should not, or end without a word', async () => {
  const { account, close } = await memoryAccount()
  const faults: unknown[] = []
  let answers = 0
  for (let round = 0; round < rounds; round += 1) {
    const random = randomOf(round)
    const [ours, theirs] = duplexPair()
    const log: Log = { ...commonOf(ours, account.account, testLimits, new AbortController().signal).log, error: (name, error) => void faults.push([round, name, error]) }
    assert.ok(imapSession.opens === 'account')
    const stopping = new AbortController()
    const running = imapSession.run({ ...commonOf(ours, account.account, testLimits, stopping.signal), tag: 'login', log, account })
    theirs.on('data', (bytes: Buffer) => {
      answers += bytes.toString('latin1').match(/^\S+ (?:OK|NO|BAD) /gm)?.length ?? 0
    })
    for (let count = random(6) + 1; count > 0; count -= 1) {
      const seed = seeds[random(seeds.length)] ?? Buffer.alloc(0)
      const damage = damages[random(damages.length)]
      const bytes = damage === undefined ? seed : damage(seed, random)
      const cut = random(bytes.length + 1)
      if (theirs.writable) {
        theirs.write(bytes.subarray(0, cut))
        await setImmediate()
        theirs.write(bytes.subarray(cut))
      }
    }
    await setImmediate()
    theirs.end()
    await running
    ours.destroy()
  }
  assert.deepEqual(faults, [])
  assert.ok(answers > rounds * 2, `only ${answers} answers`)
  await close()
})
