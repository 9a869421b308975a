import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { duplexPair, type Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { constants, deflateRawSync } from 'node:zlib'
import { memoryAccount, sessionOf } from '../../test/golden/in-process.ts'
import { deflated } from './deflated.ts'

const nothing = Buffer.alloc(0)
const fine = (why: string): void => assert.fail(why)

const read = async (stream: Duplex, count: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer)
    if ((bytes += (chunk as Buffer).length) >= count) break
  }
  return Buffer.concat(chunks)
}

test('every write can be read by the other side at once, and bytes are the same', async () => {
  const [left, right] = duplexPair()
  const one = deflated(left, nothing, fine)
  const other = deflated(right, nothing, fine)
  for (const text of ['a', 'bc', 'x'.repeat(100_000), randomBytes(200_000).toString('latin1')]) {
    one.write(Buffer.from(text, 'latin1'))
    assert.equal((await read(other, text.length)).toString('latin1'), text)
  }
  other.write('back')
  assert.equal((await read(one, 4)).toString(), 'back')
  one.end('last')
  assert.equal((await read(other, 10)).toString(), 'last')
})

test('what came before the other side closed both ways is read to its end', async () => {
  const [left, right] = duplexPair()
  const one = deflated(left, nothing, fine)
  const sent = 'x'.repeat(300_000)
  const [compressed, theirs] = duplexPair()
  deflated(compressed, nothing, fine).end(sent)
  const bytes = await read(theirs, 1)
  right.end(bytes)
  right.resume()
  left.once('end', () => left.destroy())
  const chunks: Buffer[] = []
  for await (const chunk of one) chunks.push(chunk as Buffer)
  assert.equal(Buffer.concat(chunks).length > 0, true)
  assert.equal(Buffer.concat(chunks).toString(), sent.slice(0, Buffer.concat(chunks).length))
})

/** Some hundred megabytes out of some hundred kilobytes. */
const bomb = deflateRawSync(Buffer.alloc(300 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH })

test('what inflates beyond all mail is not read to its end, and the other way still works', async () => {
  const [left, right] = duplexPair()
  let lost = ''
  const stream = deflated(left, nothing, (why) => (lost = why))
  let inflated = 0
  stream.on('data', (chunk: Buffer) => (inflated += chunk.length))
  right.write(bomb)
  while (!stream.readableEnded) await sleep(5)
  assert.match(lost, /inflates too far/)
  assert.ok(inflated < 200 * 1024 * 1024)
  stream.write('farewell')
  assert.equal((await read(deflated(right, nothing, fine), 8)).toString(), 'farewell')
})

test('a reader that does not read holds the sender back', async () => {
  const [left, right] = duplexPair()
  const stream = deflated(left, nothing, fine)
  right.write(bomb)
  await sleep(100)
  assert.ok(stream.readableLength < 200_000)
  stream.destroy()
})

test('a session says why before it ends: damaged data', async () => {
  const { account, close } = await memoryAccount()
  const { client, socket, ended } = await sessionOf(account)
  client.send(Buffer.from('a COMPRESS DEFLATE\r\n'))
  assert.match(await client.line(), /^a OK/)
  client.compress()
  socket.write(Buffer.from('this is not deflate'))
  assert.match(await client.line(), /^\* BYE Compressed data is damaged/)
  await ended
  await close()
})

test('what follows COMPRESS before its answer would be neither plain nor compressed for sure', async () => {
  const { account, close } = await memoryAccount()
  const { client, ended } = await sessionOf(account)
  client.send(Buffer.from('a COMPRESS DEFLATE\r\nb NOOP\r\n'))
  assert.match(await client.line(), /^a BAD/)
  assert.match(await client.line(), /^b OK/)
  await client.close()
  await ended
  await close()
})
