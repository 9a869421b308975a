import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { openTrace } from '@bulkhead/seal/trace.ts'
import { traceHops, traceStates, type TraceNote } from '../ports/trace.ts'
import type { SealedNote, TraceWriter } from '../ports/trace-store.ts'
import { keysOfNote, traceKeys } from './keys.ts'
import { decodeTraceNote, encodeTraceNote } from './record.ts'
import { startTracer } from './tracer.ts'

const { publicKey, privateKey } = realSealing.newKeyPair()
const keys = traceKeys(secret(randomBytes(32)))
const note: TraceNote = {
  message: randomUUID(), hop: 'relay', state: 'deferred', from: 'taro@hikari.example', to: ['Hanako@far.example'],
  messageId: 'one@hikari.example', peer: '192.0.2.7', facts: { reply: '451 4.7.1 later' },
}

const tracerOver = (writer: TraceWriter) => {
  const counts = meter()
  return { counts, tracer: startTracer({ writer, sealing: realSealing, publicKey, keys, clock: systemClock, log: silentLog, meter: counts }) }
}

test('what was noted is what the vault opens, and the store sees none of it', async () => {
  const kept: SealedNote[] = []
  const { tracer } = tracerOver({ add: async (notes) => void kept.push(...notes) })
  tracer.note(note)
  await tracer[Symbol.asyncDispose]()
  const [only] = kept
  assert.ok(only !== undefined)
  for (const planted of ['taro', 'anako', 'one@', '451', '192.0']) assert.equal(Buffer.from(only.sealed).includes(planted), false)
  const plain = openTrace(realSealing, privateKey, note.message, Buffer.from(only.sealed))
  const { message, ...rest } = note
  assert.deepEqual(decodeTraceNote(plain), rest)
  assert.throws(() => openTrace(realSealing, privateKey, randomUUID(), Buffer.from(only.sealed)), Fault)
  assert.equal(only.message, message)
})

test('a note is found by both addresses in any case, by its Message-ID with or without brackets, and by its peer', () => {
  const found = new Set(keysOfNote(keys, note))
  for (const [kind, text] of [
    ['address', 'TARO@hikari.example'], ['address', 'hanako@FAR.example'], ['messageId', '<one@hikari.example>'], ['messageId', 'one@hikari.example'], ['peer', '192.0.2.7'],
  ] as const) assert.ok(found.has(keys(kind, text)), text)
  assert.equal(found.has(keys('address', 'one@hikari.example')), false)
  assert.equal(found.has(traceKeys(secret(randomBytes(32)))('peer', '192.0.2.7')), false)
})

test('what the database could not take is kept for the next time, and what is too much goes and is counted', async () => {
  const kept: SealedNote[] = []
  let away = true
  const { tracer, counts } = tracerOver({
    async add(notes) {
      if (away) throw new Fault('databaseAway', 'test')
      kept.push(...notes)
    },
  })
  for (let at = 0; at < 20_005; at += 1) tracer.note(note)
  away = false
  await tracer[Symbol.asyncDispose]()
  assert.equal(kept.length, 20_000)
  assert.equal(counts.read().get('trace_notes_lost_total')?.value, 5)
})

test('any note comes back, its texts shortened at most', () => {
  const text = fc.string({ maxLength: 2_000 })
  const notes = fc.record({
    hop: fc.constantFrom(...traceHops), state: fc.constantFrom(...traceStates), from: text, to: fc.array(text, { maxLength: 20 }),
    messageId: fc.option(text), peer: fc.option(fc.ipV4()), facts: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), text, { maxKeys: 10 }),
  })
  fc.assert(fc.property(notes, (given) => {
    const read = decodeTraceNote(encodeTraceNote({ message: '', ...given }))
    assert.deepEqual([read.hop, read.state, read.peer, read.to], [given.hop, given.state, given.peer, given.to])
    assert.ok(given.from.length > 1_000 ? read.from.length === 1_000 : read.from === given.from)
    assert.deepEqual(Object.keys(read.facts).sort(), Object.keys(given.facts).sort())
  }), { numRuns: 200 })
})
