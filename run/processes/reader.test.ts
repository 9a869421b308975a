/** The reader and who asks it, over a real socket: the same as in place, and never more than a message may take. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { listenUnix } from '@bulkhead/door/server.ts'
import { readerServer } from '@bulkhead/front/reader/serve.ts'
import { textReader } from '@bulkhead/front/reader/text-reader.ts'
import { textRead, type TextAsk } from '@bulkhead/front/reader/text-work.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { boundedRun } from './bounded-run.ts'
import { reader } from './reader.ts'
import type { RunningRole } from './role.ts'

const place = mkdtempSync(join(tmpdir(), 'bulkhead-reader-'))
const path = join(place, 'mailroom')
const messageBytesMax = 4_000_000
let running: RunningRole

before(async () => {
  const start = { cell: 'one', process: 'reader', serves: { mailroom: path }, knocks: {}, pseudonymKey: '', tracePublicKey: '', logLevel: 'error', messageBytesMax } as const
  running = await reader(start, { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell: () => undefined })
})
after(async () => {
  await running?.[Symbol.asyncDispose]()
  rmSync(place, { recursive: true, force: true })
})

const part = (subtype: string, charset = 'utf-8'): TextAsk['part'] => ({ type: 'text', subtype, encoding: '8bit', parameters: [['charset', charset]] })
const html: TextAsk = {
  part: part('html'), charset: 'auto', value: null,
  html: { dark: true, images: true, foldLabel: 'more', origin: 'https://mail.example', contentIds: ['logo@x'], mark: 'f'.repeat(32) },
}
const plain: TextAsk = { part: part('plain'), charset: 'auto', html: null, value: null }
const value: TextAsk = { part: part('plain', 'iso-2022-jp'), charset: 'auto', html: null, value: { isHtml: false, bytesMax: 50_000, isCut: true } }

test('large texts are read as they are in place, whoever asks and whatever for, all at once', async () => {
  const asks: readonly (readonly [TextAsk, Buffer])[] = [
    [html, Buffer.from('<p>日本語 <img src="cid:logo@x"><img src="cid:no"><img src="https://far.example/x.png"> <a href="mailto:a@b.example">a</a>'.repeat(2_000))],
    [plain, Buffer.from('> quoted https://a.example/\n\nown words\n'.repeat(3_000))],
    [{ ...plain, folded: true }, Buffer.from('ＡＢＣ カタカナ\n'.repeat(4_000))],
    [value, Buffer.from('\x1b$B$3$s\x1b(B\r\n'.repeat(9_000), 'latin1')],
  ]
  const texts = textReader(path, meter())
  const read = await Promise.all(['a', 'b'].flatMap((whose) => asks.map(([ask, bytes]) => texts.read(ask, bytes, whose))))
  assert.deepEqual(read, [...asks, ...asks].map(([ask, bytes]) => textRead(ask, bytes)))
})

test('what never ends is ended; what is thrown is thrown; the next is done', () => {
  const bounded = boundedRun(50)
  const endless = (): never => {
    for (;;);
  }
  assert.equal(bounded(endless), undefined)
  assert.throws(() => bounded(() => assert.fail('thrown')), /thrown/)
  assert.equal(bounded(() => 7), 7)
})

test('a text that takes too long is not read, and those after it are', async () => {
  let isSlow = true
  const at = join(place, 'slow')
  const server = readerServer({
    messageBytesMax, log: silentLog, meter: meter(),
    bounded<T>(work: () => T): T | undefined {
      const late = isSlow
      isSlow = false
      return late ? undefined : work()
    },
  })
  await listenUnix(server, at)
  const texts = textReader(at, meter())
  const bytes = Buffer.alloc(100_000, 'x')
  const [first, second] = await Promise.all([texts.read(plain, bytes, 'a'), texts.read(plain, bytes, 'a')])
  server.close()
  assert.equal(first, 'tooDear')
  assert.deepEqual(second, textRead(plain, bytes))
})

test('a reader that ends in the middle costs that text alone; small ones need none', async () => {
  const at = join(place, 'dying')
  const server = readerServer({ messageBytesMax, log: silentLog, meter: meter(), bounded: () => assert.fail('out of memory') })
  await listenUnix(server, at)
  const texts = textReader(at, meter())
  assert.equal(await texts.read(plain, Buffer.alloc(100_000, 'x'), 'a'), 'tooDear')
  server.close()
  const small = Buffer.from('small')
  assert.deepEqual(await texts.read(plain, small, 'a'), textRead(plain, small))
})

test('who asks for everything waits for the others, and has no more than its places in the line', async () => {
  const texts = textReader(path, meter())
  const bytes = Buffer.alloc(40_000, 'y')
  const greedy = Array.from({ length: 60 }, () => texts.read(plain, bytes, 'greedy'))
  const done: string[] = []
  const ofGreedy = Promise.all(greedy).then((read) => {
    done.push('greedy')
    return read
  })
  await texts.read(plain, bytes, 'modest')
  done.push('modest')
  const refused = (await ofGreedy).filter((read) => read === 'tooDear').length
  assert.deepEqual(done, ['modest', 'greedy'])
  assert.ok(refused > 0 && refused < 60)
})
