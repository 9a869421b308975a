import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { parseMessage } from '@bulkhead/wire/dns/message.ts'
import { record, reply } from '../testing/dns-server.ts'
import { inquiry } from './exchange.ts'
import { askByTcp } from './tcp.ts'

const asked = inquiry(7, 'example.org', 'A')
assert.ok(asked !== undefined)

/** What comes of a server that says this, once it was asked. */
const outcome = async (say: (socket: Socket, answer: Buffer) => void, waitMs = 30_000) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', (chunk: Buffer) => {
      const message = parseMessage(chunk.subarray(2))
      assert.ok(message !== undefined && chunk.readUInt16BE(0) === chunk.length - 2)
      const bytes = reply({ by: 'tcp', message, bytes: chunk }, { answers: [record('example.org', { type: 'A', value: '192.0.2.1' })] })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      say(socket, Buffer.concat([length, bytes]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const said = await askByTcp({ address: '127.0.0.1', port: address.port, trusted: true }, asked, waitMs)
  for (const socket of sockets) socket.destroy()
  server.close()
  return said === 'silent' ? said : said.answers.length
}

test('an answer in any pieces is one, whatever follows it', async () => {
  assert.equal(await outcome((socket, answer) => socket.write(answer)), 1)
  assert.equal(await outcome((socket, answer) => socket.write(Buffer.concat([answer, Buffer.alloc(5_000, 1)]))), 1)
  assert.equal(await outcome((socket, answer) => {
    const drip = (at: number): void => {
      if (at < answer.length) socket.write(answer.subarray(at, at + 1), () => setImmediate(drip, at + 1))
    }
    drip(0)
  }), 1)
})

test('a server that closes early, cuts off, sends something else or too much is silent', async () => {
  assert.equal(await outcome((socket) => socket.end()), 'silent')
  assert.equal(await outcome((socket, answer) => socket.end(answer.subarray(0, 9))), 'silent')
  assert.equal(await outcome((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), 'silent')
  assert.equal(await outcome((socket, answer) => socket.end(Buffer.concat([answer.subarray(0, 2), Buffer.from([9, 9]), answer.subarray(4)]))), 'silent')
  assert.equal(await outcome((socket) => socket.end(Buffer.alloc(200_000, 0xff))), 'silent')
  assert.equal(await outcome((socket) => socket.destroy()), 'silent')
})

test('a server that never finishes is silent in the end', async () => {
  assert.equal(await outcome((socket, answer) => socket.write(answer.subarray(0, 20)), 100), 'silent')
})
