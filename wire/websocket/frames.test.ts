import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { closeCodes, frameReader, textFrames, type FrameEvent } from './frames.ts'
import { handshake } from './handshake.ts'

interface Sent {
  readonly opcode: number
  readonly final?: boolean
  readonly payload?: Buffer
}

/** A client's frame: masked. */
const clientFrame = ({ opcode, final = true, payload = Buffer.alloc(0) }: Sent): Buffer => {
  const mask = Buffer.from([1, 2, 3, 4])
  const length = payload.length
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = (final ? 0x80 : 0) | opcode
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}

const events = (bytes: Buffer, cuts: readonly number[] = [], most = 1_000_000): readonly FrameEvent[] => {
  const reader = frameReader(most)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other), bytes.length]
  return places.slice(1).flatMap((place, at) => reader.push(bytes.subarray(places[at], place)))
}

test('messages whole or in pieces, cut anywhere, come back the same, pings between them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }), { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 8 }), (messages, cuts) => {
      const frames = messages.flatMap((pieces) =>
        pieces.flatMap((piece, at) => [
          clientFrame({ opcode: at === 0 ? 1 : 0, final: at === pieces.length - 1, payload: Buffer.from(piece) }),
          clientFrame({ opcode: 9, payload: Buffer.from('p') }),
        ]))
      const found = events(Buffer.concat(frames), cuts)
      assert.deepEqual(found.flatMap((event) => (event.is === 'message' ? [event.bytes] : [])), messages.map((pieces) => Buffer.concat(pieces)))
      assert.equal(found.filter(({ is }) => is === 'ping').length, messages.flat().length)
    }),
    { numRuns: 150 },
  )
})

test('any bytes give events or an end, never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(), { maxLength: 5 }), (bytes, cuts) => {
      const found = events(Buffer.from(bytes), cuts, 1_000)
      assert.ok(found.slice(0, -1).every(({ is }) => is !== 'bad' && is !== 'close'))
    }),
    { numRuns: 500 },
  )
})

const refusal = (bytes: Buffer, most?: number): number | undefined => {
  const last = events(bytes, [], most).at(-1)
  return last?.is === 'bad' ? last.code : undefined
}

test('RFC 6455 section 5: what no client may send', () => {
  const plain = Buffer.from([0x81, 0x01, 0x61])
  assert.equal(refusal(plain), closeCodes.protocolError, 'not masked')
  const reserved = clientFrame({ opcode: 1 })
  reserved[0] = (reserved[0] ?? 0) | 0x40
  assert.equal(refusal(reserved), closeCodes.protocolError, 'a reserved bit')
  assert.equal(refusal(clientFrame({ opcode: 3 })), closeCodes.protocolError, 'an unknown opcode')
  assert.equal(refusal(clientFrame({ opcode: 0 })), closeCodes.protocolError, 'goes on with nothing')
  assert.equal(refusal(Buffer.concat([clientFrame({ opcode: 1, final: false }), clientFrame({ opcode: 1 })])), closeCodes.protocolError, 'begins anew')
  assert.equal(refusal(clientFrame({ opcode: 9, payload: Buffer.alloc(126) })), closeCodes.protocolError, 'a large ping')
  assert.equal(refusal(clientFrame({ opcode: 9, final: false })), closeCodes.protocolError, 'a ping in pieces')
})

test('a message too large is refused by its head, in one frame or many', () => {
  assert.equal(refusal(clientFrame({ opcode: 1, payload: Buffer.alloc(1_001) }).subarray(0, 12), 1_000), closeCodes.tooLarge)
  const half = Buffer.alloc(600)
  const both = Buffer.concat([clientFrame({ opcode: 1, final: false, payload: half }), clientFrame({ opcode: 0, payload: half })])
  assert.equal(refusal(both, 1_000), closeCodes.tooLarge)
  const huge = Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
  assert.equal(refusal(huge), closeCodes.tooLarge)
})

test('frames written are read by any client: lengths of every form, a message in pieces', () => {
  const [small] = [...textFrames(['{}'])]
  assert.deepEqual(small, Buffer.from([0x81, 2, 0x7b, 0x7d]))
  const frames = [...textFrames(['a'.repeat(200), 'b'.repeat(70_000), 'c'])]
  assert.deepEqual(frames.map((frame) => frame[0]), [0x01, 0x00, 0x80])
  assert.deepEqual(frames.map((frame) => frame[1]), [126, 127, 1])
})

const fields = {
  upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat, jmap',
}

test('RFC 6455 section 1.3, RFC 8887 section 4.1: the handshake', () => {
  const shaken = handshake('GET', fields, 'jmap')
  assert.ok(shaken.is === 'accepted')
  assert.match(shaken.head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\nSec-WebSocket-Protocol: jmap\r\n\r\n$/)
  for (const wrong of [{ 'sec-websocket-key': 'x' }, { 'sec-websocket-protocol': 'chat' }, { upgrade: 'h2c' }, { 'sec-websocket-version': '8' }]) {
    assert.equal(handshake('GET', { ...fields, ...wrong }, 'jmap').is, 'refused')
  }
})
