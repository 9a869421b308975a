/**
 * What a mailroom's event loop loses while texts made to be dear are read: the longest wait of anybody else, in place and by the process that is
 * there for it. `node test/flow/reader-bench.ts`
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { inlineReader, textReader, type TextReader } from '@bulkhead/front/reader/text-reader.ts'
import type { TextAsk } from '@bulkhead/front/reader/text-work.ts'
import { reader } from '@bulkhead/run/processes/reader.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'

const megabyte = 1_048_576
const times = (unit: string, bytes: number): Buffer => Buffer.from(unit.repeat(Math.ceil(bytes / unit.length)), 'latin1')
const html = { dark: true, images: true, foldLabel: 'more', origin: 'https://mail.example', contentIds: [], mark: 'f'.repeat(32) }
const part = (subtype: string, charset: string): TextAsk['part'] => ({ type: 'text', subtype, encoding: '8bit', parameters: [['charset', charset], ['format', 'flowed']] })
const asHtml: TextAsk = { part: part('html', 'utf-8'), charset: 'auto', html, value: null }
const asPlain: TextAsk = { part: part('plain', 'utf-8'), charset: 'auto', html: null, value: null }
const asValue: TextAsk = { part: part('plain', 'iso-2022-jp'), charset: 'auto', html: null, value: { isHtml: false, bytesMax: 8 * megabyte, isCut: true } }

const texts: readonly (readonly [name: string, ask: TextAsk, bytes: Buffer])[] = [
  ['a newsletter of 100 KB', asHtml, times('<table><tr><td style="color:#333;padding:4px"><a href="https://a.example/x">news</a></td></tr></table>', 100_000)],
  ['paragraphs', asHtml, times('<p>x', megabyte)],
  ['links', asHtml, times('<a href="http://a.example/">http://b.example</a> ', megabyte)],
  ['selectors', asHtml, Buffer.concat([times('<style>', 1), times('a,b>c,d.e,f:hover{color:#123456;background:red}\n', 262_000), times('</style>', 1), times('<p class="a b">x', 700_000)])],
  ['format=flowed', asPlain, times('x \n', 3 * megabyte)],
  ['16 MB of shifts', asValue, times('\x1b$B$3$s\x1b(B\r\n', 16 * megabyte)],
]

const measured = async (texter: TextReader, [, ask, bytes]: (typeof texts)[number]): Promise<string> => {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await texter.read(ask, bytes, 'a')
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.disable()
  return `${(delay.max / 1e6).toFixed(0).padStart(6)} ms lost, ${(performance.now() - begun - 10).toFixed(0).padStart(6)} ms in all`
}

const serve = async (path: string): Promise<void> => {
  const start = { cell: 'bench', process: 'reader', serves: { mailroom: path }, knocks: {}, pseudonymKey: '', tracePublicKey: '', logLevel: 'error', messageBytesMax: 64 * megabyte } as const
  await reader(start, { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell: () => undefined })
  process.send?.('ready')
}

const drive = async (): Promise<void> => {
  const place = mkdtempSync(join(tmpdir(), 'bulkhead-reader-'))
  const path = join(place, 'door')
  const child = fork(import.meta.filename, [path], { execArgv: process.execArgv })
  await new Promise((resolve) => child.once('message', resolve))
  const ways = [['in place', inlineReader], ['by the reader', textReader(path, meter())]] as const
  for (const text of texts) {
    for (const [name, texter] of ways) {
      await texter.read(text[1], text[2].subarray(0, 200_000), 'warm')
      console.log(`${text[0].padEnd(24)} ${name.padEnd(14)} ${await measured(texter, text)}`)
    }
  }
  child.kill()
  rmSync(place, { recursive: true, force: true })
}

const [, , path] = process.argv
if (path === undefined) await drive()
else await serve(path)
