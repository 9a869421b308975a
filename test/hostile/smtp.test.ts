/**
 * Bad input on port 25, against a gate and an intake in this process: each gets the reply the RFCs have for it, an event where
 * somebody has to know, and neither a second message nor more memory or time than its limits.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { testReception } from '@bulkhead/flow/testing/reception.ts'
import { client, greeted, house, type Client, type House } from '@bulkhead/front/gate/testing/fakes.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'

type Reception = Awaited<ReturnType<typeof testReception>>
type Account = Awaited<ReturnType<Reception['addAccount']>>

let reception: Reception
let bob: Account
let gate: House
before(async () => {
  reception = await testReception()
  bob = await reception.addAccount(['bob@hikari.example'])
  gate = await house({ intakeAt: reception.paths.gate, reception: { unknownPerHour: 0 } })
})
after(async () => {
  await gate?.[Symbol.asyncDispose]()
  await reception?.[Symbol.asyncDispose]()
})

const stored = async (): Promise<number> => (await reception.mailOf(bob)).length
const to = 'RCPT TO:<bob@hikari.example>\r\n'
const evil = `MAIL FROM:<smuggled@far.example>\r\n${to}DATA\r\nSubject: smuggled\r\n\r\nsecond\r\n.\r\n`

const begun = async (mail = 'MAIL FROM:<a@far.example>'): Promise<Client> => {
  const sender = await greeted(gate.ports.smtp)
  assert.match(await sender.smtp(mail), /^250 /)
  assert.match(await sender.smtp(to.trim()), /^250 /)
  return sender
}

/** Ends of data that some server takes for one and another does not (CVE-2023-51764, -51765, -51766 and kin). */
const ends = [
  '\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r.\r\n', '\r\n.\r', '\r\r\n.\r\r\n', '\r\n.\r\r\n', '\n\r.\r\n', '\n\n.\r\n', '\r\n\0.\r\n', '\0\n.\n', '\n.\r', '\r.\n',
]

for (const end of ends) {
  const name = JSON.stringify(end)
  test(`DATA with ${name} is one message, refused, and told of`, async () => {
    const before = await stored()
    const events = gate.told.filter(({ kind }) => kind === 'gate.badContent').length
    const sender = await begun()
    await sender.smtp('DATA')
    sender.say(`Subject: x\r\n\r\none${end}${evil}`)
    assert.match(await sender.reply(), /^55[04] 5\.(5\.2|6\.0) /)
    assert.match(await sender.smtp('NOOP'), /^250 /)
    sender.socket.destroy()
    assert.equal(await stored(), before)
    assert.equal(gate.told.filter(({ kind }) => kind === 'gate.badContent').length, events + 1)
  })

  test(`DATA with ${name}, pipelined before a good message, takes the good one alone`, async () => {
    const before = await stored()
    const sender = await client(gate.ports.smtp)
    sender.say(`EHLO c.example\r\nMAIL FROM:<a@far.example>\r\n${to}DATA\r\none${end}${evil}MAIL FROM:<good@far.example>\r\n${to}DATA\r\nSubject: good ${name.length}\r\n\r\n${name}\r\n.\r\nQUIT\r\n`)
    const codes = (await sender.closed()).match(/^[0-9]{3} /gm)?.map(Number)
    assert.deepEqual(codes?.slice(2), [250, 250, 354, codes?.[5], 250, 250, 354, 250, 221])
    assert.ok((codes?.[5] ?? 0) >= 550)
    const mails = await reception.mailOf(bob)
    assert.equal(mails.length, before + 1)
    assert.ok(mails.some((mail) => mail.endsWith(`${name}\r\n`)))
  })

  test(`BDAT with ${name} is counted, not ended, and refused`, async () => {
    const before = await stored()
    const content = `Subject: x\r\n\r\none${end}${evil}`
    const sender = await begun()
    for (const cut of [3, content.indexOf(end) + 1]) sender.say(`BDAT ${cut}\r\n${content.slice(0, cut)}RSET\r\nMAIL FROM:<a@far.example>\r\n${to}`)
    sender.say(`BDAT ${Buffer.byteLength(content, 'latin1')} LAST\r\n${content}NOOP\r\n`)
    const heard = await sender.hear(/55[04] [^\n]*\n250 2\.0\.0 OK\r\n/)
    assert.doesNotMatch(heard, /354|Stored/)
    sender.socket.destroy()
    assert.equal(await stored(), before)
  })
}

test('what looks like an end to somebody, and is content, is content', async () => {
  const sender = await begun('MAIL FROM:<a@far.example> BODY=8BITMIME')
  await sender.smtp('DATA')
  const content = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.from([0x85, 0x2e, 0x85]), Buffer.from('\u2028.\u2028\r\n\v.\v\f.\f\r\n')])
  sender.say(Buffer.concat([content, Buffer.from('.\r\n')]))
  assert.match(await sender.reply(), /^250 /)
  assert.ok((await reception.mailOf(bob)).some((mail) => mail.endsWith(content.toString('latin1'))))
  sender.socket.destroy()
})

test('any mixture of line ends, dots and NULs is one message as it came, or none', async () => {
  const pieces = fc.array(fc.constantFrom('\r\n', '\r', '\n', '.', '..', '\0', 'x', 'QUIT', 'MAIL FROM:<a@far.example>', '\r\n.\r\n'), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(pieces, async (parts) => {
      const content = parts.join('')
      const sender = await client(gate.ports.smtp)
      const first = content.indexOf('\r\n.\r\n')
      const begins = content.startsWith('.\r\n')
      sender.say(`EHLO c\r\nMAIL FROM:<a@far.example>\r\n${to}DATA\r\n${content}\r\n.\r\n`)
      const heard = await sender.hear(/^354 [^\n]*\n[0-9]{3} [^\n]*\n/m)
      const taken = /^354 [^\n]*\n250 /m.test(heard)
      const message = begins ? '' : first < 0 ? `${content}\r\n` : content.slice(0, first + 2)
      const isGood = !/\r(?!\n)|(?<!\r)\n|\0/.test(message)
      assert.equal(taken, isGood, JSON.stringify(content))
      sender.socket.destroy()
    }),
    { numRuns: 100 },
  )
})

test('line ends in addresses, names and identifiers are refused, and in no report', async () => {
  const sender = await greeted(gate.ports.smtp)
  assert.match(await sender.smtp('MAIL FROM:<a@far.example>\nRCPT TO:<bob@hikari.example>'), /^500 /)
  assert.match(await sender.reply(), /^503 /)
  assert.match(await sender.smtp('MAIL FROM:<"a\rb"@far.example>'), /^50[01] /)
  assert.match(await sender.smtp('MAIL FROM:<"a\\\tb"@far.example>'), /^501 /)
  assert.match(await sender.smtp('EHLO a\u0001b'), /^501 /)
  assert.match(await sender.smtp('MAIL FROM:<a@far.example> ENVID=x+0D+0AX-Evil:+20yes'), /^501 /)
  assert.match(await sender.smtp('MAIL FROM:<a@far.example>> SIZE=1'), /^501 /)
  assert.match(await sender.smtp('MAIL FROM:<a@far.example> RET=HDRS ENVID=fine'), /^250 /)
  assert.match(await sender.smtp('RCPT TO:<bob@hikari.example> NOTIFY=SUCCESS ORCPT=rfc822;bob+0D+0AX-Evil:+20yes@x'), /^(250|501) /)
  assert.match(await sender.smtp('RCPT TO:<bob@hikari.example> NOTIFY=SUCCESS'), /^(250|503) /)
  await sender.smtp('DATA')
  assert.match(await sender.smtp('Subject: injection\r\n\r\n.'), /^250 /)
  sender.socket.destroy()
  const reports = [...reception.queue.kept.values()].map(({ message, queuedAtMs }) => {
    const recipients = message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
    return openQueued(realSealing, reception.queueKeys.privateKey, { ...message, lease: 0n, dropped: false, queuedAtMs, recipients }).openBody(message.body).toString()
  })
  assert.ok(reports.length > 0)
  for (const report of reports) assert.doesNotMatch(report, /^X-Evil/m)
})

test('a header line that hides another by a bare line end is refused', async () => {
  for (const hidden of ['Subject: x\nBcc: y@z', 'Subject: x\rBcc: y@z', 'Subject: x\n\nbody']) {
    const sender = await begun()
    await sender.smtp('DATA')
    assert.match(await sender.smtp(`${hidden}\r\n\r\n.`), /^550 5\.5\.2 /)
    sender.socket.destroy()
  }
})

test('ten thousand recipients get ten thousand answers; those within the limit get the message', async () => {
  const sender = await greeted(gate.ports.smtp)
  sender.say(`MAIL FROM:<a@far.example>\r\n${to.repeat(10_000)}DATA\r\nSubject: many\r\n\r\n.\r\n`)
  const heard = await sender.hear(/354 [^\n]*\n250 [^\n]*\n/)
  assert.deepEqual([heard.match(/^250 2\.1\.5/gm)?.length, heard.match(/^452 4\.5\.3/gm)?.length], [100, 9_900])
  sender.socket.destroy()
})

test('a line of a megabyte is content like any other, and one over the size is refused at its end', async () => {
  const sender = await begun()
  await sender.smtp('DATA')
  const line = `Subject: long\r\n\r\n${'x'.repeat(900_000)}\r\n`
  sender.say(line)
  assert.match(await sender.smtp('.'), /^250 /)
  assert.ok((await reception.mailOf(bob)).some((mail) => mail.endsWith(line)))
  await sender.smtp('MAIL FROM:<a@far.example>')
  await sender.smtp(to.trim())
  await sender.smtp('DATA')
  sender.say('y'.repeat(5_100_000))
  assert.match(await sender.smtp('\r\n.'), /^552 5\.3\.4 /)
  sender.socket.destroy()
  // What is held goes when the answer has been given.
  for (let looks = 0; looks < 300 && reception.memory.heldBytes > 0; looks += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(reception.memory.heldBytes, 0)
})

test('chunks of sizes nobody has end the session', async () => {
  for (const [size, reply] of [['18446744073709551617', '501'], ['-1', '501'], ['1e9', '501'], ['99999999999', '552']] as const) {
    const sender = await begun()
    sender.say(`BDAT ${size} LAST\r\n`)
    assert.match(await sender.closed(), new RegExp(`^${reply} [^]*`))
  }
})

test('STARTTLS with anything behind it is not obeyed, and told of', async () => {
  for (const behind of ['MAIL FROM:<evil@x>\r\n', '\r\n', 'x', '\0']) {
    const sender = await greeted(gate.ports.smtp)
    sender.say(`STARTTLS\r\n${behind}`)
    assert.match(await sender.closed(), /^421 5\.5\.1 /)
  }
  assert.ok(gate.told.some(({ kind }) => kind === 'gate.injection'))
})

test('a sender that ends its side in the middle of a chunk, of DATA or of a command leaves nothing', async () => {
  const before = await stored()
  for (const half of ['BDAT 100 LAST\r\nSubject: half', 'DATA\r\nSubject: half\r\n\r\nx\r\n.', 'DATA\r\nSubject: half\r\n\r\nx\r\n.\r', 'RCPT TO:<bob']) {
    const sender = await begun()
    sender.socket.end(half)
    await sender.closed()
  }
  assert.equal(await stored(), before)
  assert.equal(reception.memory.heldBytes, 0)
})

test('content in crumbs of one byte, over many sessions, holds no more than its bytes', async () => {
  // Fewer than one peer may have: some of those before may still be closing.
  const senders = await Promise.all(Array.from({ length: 10 }, () => begun()))
  for (const sender of senders) await sender.smtp('DATA')
  for (const byte of Buffer.from('Subject: crumbs\r\n\r\nx\r\n.\r\n')) {
    for (const sender of senders) sender.say(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const sender of senders) {
    assert.match(await sender.reply(), /^250 /)
    sender.socket.destroy()
  }
  assert.equal(reception.memory.heldBytes, 0)
})
