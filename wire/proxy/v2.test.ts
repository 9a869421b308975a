import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeProxy4, readProxyHeader } from './v2.ts'

const header = encodeProxy4({ address: '192.0.2.7', port: 40_000 }, { address: '198.51.100.1', port: 25 })

test('a TCP over IPv4 header gives the peer and its own length', () => {
  assert.deepEqual(readProxyHeader(Buffer.concat([header, Buffer.from('EHLO')])), {
    is: 'header',
    peer: { address: '192.0.2.7', port: 40_000 },
    bytes: 28,
  })
})

test('every proper prefix needs more', () => {
  for (let length = 0; length < header.length; length += 1) {
    assert.equal(readProxyHeader(header.subarray(0, length)).is, 'more')
  }
})

test('IPv6, mapped IPv4, LOCAL and trailing type-length-values are understood', () => {
  const six = Buffer.concat([header.subarray(0, 12), Buffer.from([0x21, 0x21, 0, 40]), Buffer.alloc(40)])
  six[16] = 0x20
  six[31] = 1
  six.writeUInt16BE(77, 48)
  assert.deepEqual(readProxyHeader(six), { is: 'header', peer: { address: '2000:0:0:0:0:0:0:1', port: 77 }, bytes: 56 })
  six.fill(0, 16, 32)
  six.set([0xff, 0xff, 192, 0, 2, 9], 26)
  assert.deepEqual(readProxyHeader(six), { is: 'header', peer: { address: '192.0.2.9', port: 77 }, bytes: 56 })
  const local = Buffer.concat([header.subarray(0, 12), Buffer.from([0x20, 0, 0, 0])])
  assert.deepEqual(readProxyHeader(local), { is: 'header', peer: null, bytes: 16 })
})

test('anything else is refused and nothing throws', () => {
  const change = (at: number, byte: number) => {
    const bytes = Buffer.from(header)
    bytes[at] = byte
    return readProxyHeader(bytes).is
  }
  assert.equal(readProxyHeader(Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n')).is, 'refused')
  assert.deepEqual([change(0, 0), change(12, 0x11), change(12, 0x22), change(13, 0x12), change(13, 0x31), change(14, 0xff)], Array(6).fill('refused'))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    readProxyHeader(Buffer.concat([header.subarray(0, 12), bytes]))
  }))
})
