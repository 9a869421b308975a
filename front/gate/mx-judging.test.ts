/** What becomes of peers that talk too soon, under a false name, too fast, or to those who do not exist. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, greeted, house } from './testing/fakes.ts'

const helpUrl = 'https://isp.example/why'

test('who speaks before the greeting is refused and told of; who waits is greeted', async () => {
  await using strict = await house({ reception: { greetDelayMs: 60_000, helpUrl } })
  const early = await client(strict.ports.smtp)
  early.say('EHLO bot.example\r\nMAIL FROM:<f@x>\r\n')
  assert.equal(await early.closed(), `554 5.5.1 You spoke before you were greeted; see ${helpUrl}\r\n`)
  assert.deepEqual(strict.told.map(({ kind, outcome }) => [kind, outcome]), [['gate.earlyTalker', 'greeting']])
  await using brief = await house({ reception: { greetDelayMs: 1_000 } })
  const patient = await greeted(brief.ports.smtp)
  await patient.smtp('MAIL FROM:<f@x>')
  await patient.smtp('RCPT TO:<a@x>')
  await patient.smtp('DATA')
  assert.match(await patient.smtp('x\r\n.'), /^250 /)
  patient.socket.destroy()
  // Its mail was taken, so it is greeted at once, and what it says at once is heard.
  const known = await client(brief.ports.smtp)
  known.say('EHLO c.example\r\nQUIT\r\n')
  assert.match(await known.closed(), /^220 [^]*\r\n221 /)
})

test('names that nobody has are refused where the operator wants it, and by default taken', async () => {
  await using strict = await house({ reception: { hello: 'refuse' } })
  const sender = await client(strict.ports.smtp)
  await sender.reply()
  for (const name of ['mx.test.example', '127.0.0.1', '::1', 'a..b', '[nobody]']) assert.match(await sender.smtp(`EHLO ${name}`), /^550 5\.7\.1 /)
  assert.match(await sender.smtp('MAIL FROM:<f@x>'), /^503 /)
  assert.match(await sender.smtp('HELO localhost'), /^250 /)
  sender.socket.destroy()
  await using lax = await house()
  const other = await client(lax.ports.smtp)
  await other.reply()
  assert.match(await other.smtp('EHLO 127.0.0.1'), /^250/)
  other.socket.destroy()
})

test('rates of connections, messages and recipients are temporary, and a session goes on', async () => {
  const address = { connections: 2, messages: 1, recipients: 2 }
  const none = { connections: 0, messages: 0, recipients: 0 }
  await using strict = await house({ reception: { rates: { address, network: none, senderDomain: { messages: 0, recipients: 0 } } } })
  const sender = await greeted(strict.ports.smtp)
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  await sender.smtp('RCPT TO:<b@x>')
  assert.match(await sender.smtp('RCPT TO:<c@x>'), /^451 4\.7\.1 /)
  await sender.smtp('DATA')
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  assert.match(await sender.smtp('MAIL FROM:<f@x>'), /^451 4\.7\.1 /)
  const second = await greeted(strict.ports.smtp)
  const third = await client(strict.ports.smtp)
  assert.match(await third.closed(), /^421 4\.7\.0 /)
  assert.equal(strict.told.filter(({ kind }) => kind === 'gate.tooFast').length, 1)
  for (const { socket } of [sender, second]) socket.destroy()
})

test('harvesting over many sessions is put off in all of them, told of, and no address is in what is told', async () => {
  await using strict = await house({ reception: { unknownPerHour: 4 } })
  for (let session = 0; session < 2; session += 1) {
    const sender = await greeted(strict.ports.smtp)
    await sender.smtp('MAIL FROM:<f@x>')
    assert.match(await sender.smtp(`RCPT TO:<unknown${session}@x>`), /^550 /)
    assert.match(await sender.smtp(`RCPT TO:<unknown${session}b@x>`), /^550 /)
    sender.socket.destroy()
  }
  const sender = await greeted(strict.ports.smtp)
  await sender.smtp('MAIL FROM:<f@x>')
  assert.match(await sender.smtp('RCPT TO:<a@x>'), /^451 4\.7\.1 Your network/)
  assert.match(await sender.smtp('RCPT TO:<unknown@x>'), /^451 4\.7\.1 /)
  const harvests = strict.told.filter(({ kind }) => kind === 'gate.harvest')
  assert.equal(harvests.length, 1)
  assert.doesNotMatch(JSON.stringify(strict.told), /unknown[0-9]|@/)
  sender.socket.destroy()
})
