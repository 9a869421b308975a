import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ScannerFact } from '@bulkhead/door/contracts/start.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { milterEdits } from '@bulkhead/wire/milter/changes.ts'
import { headerFields } from '@bulkhead/wire/mime/header.ts'
import { edited } from '@bulkhead/wire/trace/header-edit.ts'
import { scanHeader } from '@bulkhead/wire/trace/header-scan.ts'
import type { Scanned } from '../reception/judging/evidence.ts'
import { manualClock, systemClock } from '@bulkhead/base/clock.ts'
import { restingAfterFailures, restMs } from './rest.ts'
import { atOnce } from './at-once.ts'
import { scannersOf } from './scanners.ts'

const mail = {
  message: Buffer.from('From: a@far.example\r\nSubject: x\r\n \xe9\r\n\r\nbody\r\n', 'latin1'), id: 'id', peer: '192.0.2.1', peerName: 'mx.far.example', helo: 'mx.far.example',
  reversePath: 'a@far.example', forwardPaths: ['bob@hikari.example', 'carol@hikari.example'],
}

/** A scanner that answers as it is told. */
const double = async (serve: (socket: Socket) => void) => {
  const path = `/tmp/h-scanner-${randomUUID()}.sock`
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const asked = (kind: ScannerFact['kind'], path: string, limitMs = 30_000): Promise<Scanned | 'later'> => {
  const [scanner] = scannersOf([{ name: kind, kind, stage: 'spam', path, limitMs, sizeBytesMax: 1_000_000, whenAway: 'accept' }], 'mx1.hikari.example', systemClock)
  assert.ok(scanner)
  return scanner.scan(mail)
}

const packet = (letter: string, ...parts: readonly (string | Buffer)[]): Buffer => {
  const data = Buffer.concat([Buffer.from(letter), ...parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part))])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  return Buffer.concat([head, data])
}
const uint = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

type Answers = Readonly<Record<string, readonly Buffer[]>>

/** Answers each command by its letter, the others with `continue`; macros have no answer. */
const milterDouble = (answers: Answers, steps = 0) => {
  const told: { readonly letter: string; readonly data: string }[] = []
  const serving = double((socket) => {
    let held = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 5 && held.length >= 4 + held.readUInt32BE(0)) {
        const length = held.readUInt32BE(0)
        const letter = String.fromCharCode(held[4] ?? 0)
        told.push({ letter, data: held.toString('latin1', 5, 4 + length) })
        held = held.subarray(4 + length)
        if (letter === 'O') socket.write(packet('O', uint(6), uint(0x33), uint(steps)))
        else if (letter !== 'D' && letter !== 'Q') for (const answer of answers[letter] ?? [packet('c')]) socket.write(answer)
      }
    })
  })
  return { told, serving }
}

const milterSays = async (answers: Answers, steps = 0) => {
  const { told, serving } = milterDouble(answers, steps)
  await using peer = await serving
  return { said: await asked('milter', peer.path), told }
}

test('a milter hears the message step by step, folded fields with LF, and its envelope', async () => {
  const { told } = await milterSays({})
  const letters = told.map(({ letter }) => letter).filter((letter) => letter !== 'D' && letter !== 'Q')
  assert.deepEqual(letters, ['O', 'C', 'H', 'M', 'R', 'R', 'T', 'L', 'L', 'N', 'B', 'E'])
  const of = (letter: string) => told.find((one) => one.letter === letter)?.data
  assert.equal(of('M'), '<a@far.example>\0')
  assert.equal(of('C'), 'mx.far.example\x004\0\x00192.0.2.1\0')
  assert.equal(told.filter(({ letter }) => letter === 'L')[1]?.data, 'Subject\0x\n \xe9\0')
  assert.equal(of('B'), 'body\r\n')
})

test('a milter is not told what it does not want, nor waited for where it does not answer', async () => {
  const noBodyMutedHeaders = 0x10 | 0x80 | 0x200
  const { told } = await milterSays({ L: [] }, noBodyMutedHeaders)
  const letters = told.map(({ letter }) => letter)
  assert.ok(!letters.includes('B') && !letters.includes('T') && letters.filter((letter) => letter === 'L').length === 2)
})

test('what a milter may say of a message becomes what reception does', async () => {
  const cases: readonly (readonly [Answers, Partial<Scanned> | 'later'])[] = [
    [{ M: [packet('a')] }, { result: 'clean', asks: null }],
    [{ M: [packet('r')] }, { result: 'worst', asks: 'reject' }],
    [{ N: [packet('t')] }, 'later'],
    [{ E: [packet('d')] }, { asks: 'discard' }],
    [{ E: [packet('y', '451 4.7.1 come again')] }, 'later'],
    [{ E: [packet('p'), packet('q', 'looks odd'), packet('a')] }, { result: 'bad', asks: 'quarantine', detail: 'looks odd' }],
    [{ R: [packet('r')] }, { asks: 'reject' }],
    [{ B: [packet('s')] }, { result: 'clean' }],
  ]
  for (const [answers, expected] of cases) {
    const { said } = await milterSays(answers)
    if (typeof said === 'string' || typeof expected === 'string') assert.equal(said, expected)
    else for (const [key, value] of Object.entries(expected)) assert.equal(said[key as keyof Scanned], value, JSON.stringify(answers))
  }
  const { said } = await milterSays({ E: [packet('y', '550 5.7.0 not\u0007 here')] })
  assert.deepEqual(typeof said === 'object' && said.reply, { code: 550, enhanced: '5.7.0', lines: ['not? here'] })
})

test('a milter that leaves, says nonsense or is slow is away, within its time', async () => {
  for (const answers of [{ C: [packet('z')] }, { E: [packet('+', 'x@y')] }, { H: [uint(0xffff_ffff)] }, { E: [packet('h', 'Bad Name', 'x')] }, { M: [packet('f')] }]) {
    await assert.rejects(milterSays(answers), { code: 'scannerAway' })
  }
  await using silent = await double(() => undefined)
  await assert.rejects(asked('milter', silent.path, 50), { code: 'scannerAway' })
  await using leaving = await double((socket) => void socket.end())
  for (const kind of ['milter', 'clamav', 'rspamd'] as const) await assert.rejects(asked(kind, leaving.path), { code: 'scannerAway' })
  await assert.rejects(asked('clamav', '/tmp/there-is-no-such-socket'), { code: 'scannerAway' })
})

test('a milter adds, inserts, changes and removes fields, and puts a body in place of another', async () => {
  const { said } = await milterSays({
    E: [
      packet('h', 'X-Last', 'one\n two'), packet('i', uint(0), 'X-First', 'yes'), packet('m', uint(1), 'Subject', 'changed'),
      packet('m', uint(1), 'From', ''), packet('b', Buffer.from('new ')), packet('b', Buffer.from('body\r\n')), packet('c'),
    ],
  })
  assert.ok(typeof said === 'object' && said.changes !== null)
  const { header } = scanHeader(mail.message, '')
  const after = edited(mail.message, milterEdits(mail.message, header.length, headerFields(header), said.changes)).toString()
  assert.equal(after, 'X-First: yes\r\nSubject: changed\r\nX-Last: one\r\n two\r\n\r\nnew body\r\n')
})

test('no value of a milter adds a field or ends the header', () => {
  const { header } = scanHeader(mail.message, '')
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(5), (value, at) => {
    const changes = { added: [{ name: 'X-New', value, at }], changed: [], body: null }
    const after = edited(mail.message, milterEdits(mail.message, header.length, headerFields(header), changes))
    const names = headerFields(scanHeader(after, '').header).map(({ name }) => name)
    assert.deepEqual(names.toSorted(), ['from', 'subject', 'x-new'])
    assert.ok(after.toString('latin1').endsWith('\r\n\r\nbody\r\n'))
  }))
})

test('whatever a scanner answers, it is a verdict or it is away', async () => {
  let answer = Buffer.alloc(0)
  await using peer = await double((socket) => void socket.once('data', () => socket.end(answer)))
  const http = fc.json().map((json) => Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`))
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)), http, fc.constantFrom('stream: OK', 'stream: x FOUND').map((text) => Buffer.from(text)))
  await fc.assert(fc.asyncProperty(bytes, fc.constantFrom('rspamd' as const, 'clamav' as const, 'milter' as const), async (given, kind) => {
    answer = given
    const said = await asked(kind, peer.path).catch((error: unknown) => error instanceof Error && 'code' in error && error.code)
    assert.ok(said === 'scannerAway' || said === 'later' || (typeof said === 'object' && said !== null), String(said))
  }), { numRuns: 60 })
})

test('rspamd: each action has its result; fields from outside can not end a line', async () => {
  let request = ''
  let action = ''
  await using peer = await double((socket) => {
    socket.on('data', (chunk: Buffer) => {
      request += chunk.toString('latin1')
      if (!request.endsWith('body\r\n')) return
      const body = JSON.stringify({ action, score: 7.5, required_score: 15, symbols: { 'B"AD\r\nX': { score: 2 }, GOOD: { score: -1 }, HEAVY: { score: 5 } } })
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    })
  })
  const results = { 'no action': 'clean', 'greylist': 'clean', 'add header': 'bad', 'rewrite subject': 'bad', 'reject': 'worst' }
  for (const [said, result] of Object.entries(results)) {
    request = ''
    action = said
    const scanned = await asked('rspamd', peer.path)
    assert.ok(typeof scanned === 'object')
    assert.deepEqual([scanned.result, scanned.score], [result, { value: 7.5, required: 15 }])
    if (result !== 'clean') assert.equal(scanned.detail, 'HEAVY B?AD??X')
  }
  request = ''
  action = 'soft reject'
  assert.equal(await asked('rspamd', peer.path), 'later')
  assert.match(request, /^POST \/checkv2 HTTP\/1\.1\r\n[^]*\r\nFrom: a@far\.example\r\nRcpt: bob@hikari\.example\r\nRcpt: carol@hikari\.example\r\nIP: 192\.0\.2\.1\r\nHostname: mx\.far\.example\r\nHelo: mx\.far\.example\r\n\r\n/)
})

test('conversations wait for one another, in order, and not for ever', async () => {
  const inTurn = atOnce('rspamd', 2, 30_000)
  const order: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3].map((number) => inTurn(async () => {
    order.push(number)
    await new Promise<void>((resolve) => ends.push(resolve))
  }))
  assert.deepEqual(order, [0, 1])
  for (let number = 0; number < 4; number += 1) {
    ends[number]?.()
    await all[number]
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(order, [0, 1, 2, 3])
  const hurried = atOnce('rspamd', 1, 10)
  void hurried(() => new Promise(() => undefined))
  await assert.rejects(hurried(async () => undefined), { code: 'scannerAway' })
})

test('a scanner that fails again and again is left alone for a moment, and tried by one alone', async () => {
  const clock = manualClock(0)
  const rest = restingAfterFailures('clamav', clock)
  let asked = 0
  let works = false
  const ask = () => rest(async () => {
    asked += 1
    if (!works) throw new Fault('scannerAway', 'hangs')
    return 'answer'
  })
  for (let time = 0; time < 8; time += 1) await assert.rejects(ask(), { code: 'scannerAway' })
  assert.equal(asked, 5)
  clock.advance(restMs)
  await assert.rejects(ask(), { code: 'scannerAway' })
  await assert.rejects(ask(), { code: 'scannerAway' })
  assert.equal(asked, 6)
  clock.advance(restMs)
  works = true
  assert.equal(await ask(), 'answer')
  assert.equal(await ask(), 'answer')
  assert.equal(asked, 8)
})
