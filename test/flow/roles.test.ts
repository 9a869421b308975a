import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { base64 } from '@bulkhead/base/bytes.ts'
import { systemClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { WakeVerbs } from '@bulkhead/door/contracts/mailroom.ts'
import type { Route, StartOf } from '@bulkhead/door/contracts/start.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { fetchHandlers } from '@bulkhead/flow/fetching/serve.ts'
import { trustOnly } from '@bulkhead/flow/relay/trust.ts'
import { testCertificate, testKey } from '@bulkhead/flow/testing/certificate.ts'
import { zoneDns } from '@bulkhead/flow/testing/zone.ts'
import { lineClient } from '@bulkhead/flow/testing/line-client.ts'
import { openedMail } from '@bulkhead/flow/testing/opened-mail.ts'
import { smtpSink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import { sealTarget } from '@bulkhead/mail/push/push-target.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { courier } from '@bulkhead/run/processes/courier.ts'
import { intake } from '@bulkhead/run/processes/intake.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { directoryBlobs } from '@bulkhead/store/blobs/directory-blobs.ts'
import { accountLife } from '@bulkhead/store/directory/account-life.ts'
import { deskDirectory } from '@bulkhead/store/directory/desk-directory.ts'
import { pushDirectory } from '@bulkhead/store/directory/push-directory.ts'
import { openJournalStore } from '@bulkhead/store/journal/journal-store.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { defaultReception } from '@bulkhead/run/config/reception.ts'
import { defaultReports } from '@bulkhead/run/config/reports.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { subscriber } from '@bulkhead/wire/webpush/testing/subscriber.ts'
import { provisionTestCell } from '../postgres/cell.ts'
import { startTestPostgres } from '../postgres/harness.ts'

const context = { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell() {} }
const limits = { messageBytesMax: 5_000_000, recipientsMax: 100, connectionsMax: 100, connectionsPerPeerMax: 10 }
const indexOf = (address: string): string => base64(createHash('sha256').update(address).digest())

/** A push service of ours: takes whatever comes, and says what the test wants. */
const pushPlace = async () => {
  const come: { readonly path: string; readonly authorization: string; readonly body: Buffer }[] = []
  const place = { come, status: 201, port: 0 }
  const server = createServer({ key: testKey, cert: testCertificate }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      come.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', body: Buffer.concat(chunks) })
      response.writeHead(place.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  place.port = (server.address() as AddressInfo).port
  return Object.assign(place, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** A cell of this test: two roles over a real database, a vault that only indexes, a mailroom that only hears. */
const cell = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'h-flow-'))
  const socket = (name: string): string => join(directory, name)
  const postgres = await startTestPostgres()
  const { urls, open } = await provisionTestCell(postgres)
  const queueKeys = realSealing.newKeyPair()
  const woken: string[] = []
  const vault = await serveDoor<Pick<VaultVerbs, 'index'>, 'intake'>(
    [{ caller: 'intake', path: socket('vault') }],
    { index: ({ address }) => answered({ index: indexOf(String(address)) }) },
    silentLog,
  )
  const mailroom = await serveDoor<WakeVerbs, 'intake'>(
    [{ caller: 'intake', path: socket('mailroom') }],
    { wake: ({ accounts }) => (woken.push(...(accounts as string[])), answered({})) },
    silentLog,
  )
  const push = await pushPlace()
  const outside = { dns: zoneDns({ 'sink.example': { A: ['127.0.0.1'] } }), trust: trustOnly([testCertificate]), mayReach: () => true, mayUse: () => true, timeoutMs: 10_000 }
  const scout = await serveDoor<Pick<ScoutVerbs, 'push'>, 'intake'>(
    [{ caller: 'intake', path: socket('scout') }],
    { push: fetchHandlers(outside, { clock: systemClock, meter: meter() }).push },
    silentLog,
  )
  const rulesKeys = realSealing.newKeyPair()
  const traceKeyPair = realSealing.newKeyPair()
  const common = { cell: 'north-isp', pseudonymKey: base64(Buffer.alloc(32, 1)), tracePublicKey: base64(traceKeyPair.publicKey), logLevel: 'info', hostName: 'mx1.hikari.example' } as const
  const url = (found: Secret<string> | undefined): string => found?.declassify() ?? ''
  const intakeStart: StartOf<'intake'> = {
    ...common, process: 'intake', resolves: false, limits,
    serves: { gate: socket('gate'), courier: socket('courier') },
    knocks: { vault: socket('vault'), mailroom: socket('mailroom'), scout: socket('scout') },
    directoryUrl: url(urls.intake.directory), mailUrl: url(urls.intake.mail), queueUrl: url(urls.intake.queue),
    blobs: socket('blobs'), queuePublicKey: base64(queueKeys.publicKey), rulesPrivateKey: base64(rulesKeys.privateKey.declassify()), reception: defaultReception, scanners: [], reports: defaultReports,
    organization: 'Hikari', pushContact: 'mailto:postmaster@hikari.example',
  }
  const courierStart = (routes: readonly Route[]): StartOf<'courier'> => ({
    ...common, process: 'courier', routes,
    serves: {}, knocks: { intake: socket('courier') },
    queueUrl: url(urls.courier.queue), queuePrivateKey: base64(queueKeys.privateKey.declassify()),
    retry: { waitsMs: [100], giveUpAfterMs: 60_000, warnAfterMs: 0 }, egress: [], trustedCa: null, localOnly: true,
  })
  const desk = open('desk', 'directory')
  const life = open('desk', 'mail')
  const queue = open('mailroom', 'queue')
  const directories = open('mailroom', 'directory')
  await deskDirectory(desk).addBrand('hikari', 'Hikari')
  await deskDirectory(desk).addDomain('hikari.example', 'hikari')
  const blobs = directoryBlobs(socket('blobs'))
  assert.ok(urls.mailroom.mail)
  const journal = openJournalStore({ url: urls.mailroom.mail, blobs, prunesArrivals: false })
  return {
    gate: socket('gate'), intakeStart, courierStart, woken, postgres,
    writer: queueWriter(queue),
    push, pushes: pushDirectory(directories), rulesPublicKey: rulesKeys.publicKey,
    queuePublicKey: queueKeys.publicKey,
    async addAccount(address: string) {
      const account = newAccountHandle()
      const { publicKey, privateKey } = realSealing.newKeyPair()
      const credential = { salt: base64(Buffer.alloc(16)), params: { m: 1, t: 1, p: 1 }, sealed: base64(Buffer.alloc(64)) }
      const sealedAddress = { index: indexOf(address), sealed: base64(Buffer.from('sealed')) }
      assert.equal(await deskDirectory(desk).addAccount({ account, brand: 'hikari', publicKey, credential, address: sealedAddress, escrow: null }, 'hikari.example'), 'added')
      await accountLife(life, blobs).openJournal(account, null)
      return { account, privateKey }
    },
    mailOf: async ({ account, privateKey }: { readonly account: AccountHandle; readonly privateKey: Secret<Buffer> }) =>
      (await openedMail({ sealing: realSealing, journal, blobs }, account, privateKey)).map((mail) => mail.toString('latin1')),
    async [Symbol.asyncDispose]() {
      for (const database of [desk, life, queue, directories, journal, vault, mailroom, scout, push]) await database[Symbol.asyncDispose]()
      await postgres[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const until = async (claim: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpMs = Date.now() + 40_000
  while (!(await holds())) {
    assert.ok(Date.now() < giveUpMs, claim)
    await sleep(20)
  }
}

const message = (subject: string): string => `Subject: ${subject}\r\n\r\nbody of ${subject}\r\n`

const arrive = async (path: string, to: string, content: string | Buffer): Promise<readonly string[]> => {
  using gate = lineClient(path)
  await gate.reply()
  await gate.ask('LHLO gate')
  await gate.ask('MAIL FROM:<far@far.example>')
  const recipient = await gate.ask(`RCPT TO:<${to}>`)
  if (!recipient.startsWith('250')) return [recipient]
  const bytes = Buffer.from(content)
  gate.send(`BDAT ${bytes.length} LAST\r\n`)
  gate.send(bytes)
  const final = await gate.reply()
  await gate.ask('XACK')
  return [recipient, final]
}

test('mail comes in, goes out, and comes back as a report, over the real database', { timeout: 60_000 }, async () => {
  await using given = await cell()
  const alice = await given.addAccount('alice@hikari.example')
  const bob = await given.addAccount('bob@hikari.example')
  await using intakeRole = await intake(given.intakeStart, context)
  assert.ok(intakeRole)

  assert.match((await arrive(given.gate, 'bob@hikari.example', message('one'))).at(-1) ?? '', /^250 2\.0\.0 Stored/)
  assert.match((await arrive(given.gate, 'nobody@hikari.example', message('none'))).at(-1) ?? '', /^550 5\.1\.1/)
  const large = Buffer.concat([Buffer.from(message('large')), Buffer.alloc(2_000_000, 'x\r\n')])
  assert.match((await arrive(given.gate, 'bob@hikari.example', large)).at(-1) ?? '', /^250 2\.0\.0 Stored/)
  const mails = await given.mailOf(bob)
  assert.deepEqual(mails.map((mail) => mail.length > 2_000_000), [false, true])
  assert.ok(mails[1]?.endsWith(large.toString('latin1')))
  await until('the mailroom hears of it', () => given.woken.includes(bob.account))

  await using far = await smtpSink({ say: (command) => (command.startsWith('RCPT TO:<no@') ? '550 5.1.1 unknown' : undefined) })
  const routes = [
    { domain: 'hikari.example', host: 'intake', port: 0 },
    { domain: '*', host: '127.0.0.1', port: far.port },
  ]
  const recipients = ['carol@far.example', 'no@far.example', 'bob@hikari.example', 'ghost@hikari.example']
  await given.writer.enqueue(sealQueued(realSealing, given.queuePublicKey, {
    ...ordinary, reversePath: 'alice@hikari.example', bodyKind: '7bit', account: alice.account, sender: null,
    recipients: recipients.map((forwardPath) => ({ forwardPath, notify: null, orcpt: null })),
    message: Buffer.from(message('two')),
  }))
  await using courierRole = await courier(given.courierStart(routes), context)
  assert.ok(courierRole)
  await until('both failures are reported', async () => (await given.mailOf(alice)).length === 2)
  assert.deepEqual(far.messages.map(({ to }) => to), [['<carol@far.example>']])
  assert.equal((await given.mailOf(bob)).length, 3)
  const reports = (await given.mailOf(alice)).join('')
  assert.match(reports, /Final-Recipient: rfc822; no@far\.example\r\nAction: failed\r\nStatus: 5\.1\.1/)
  assert.match(reports, /Final-Recipient: rfc822; ghost@hikari\.example\r\nAction: failed\r\nStatus: 5\.1\.1/)
  assert.match(reports, /Return-Path: <>\r\nReceived: from mx1\.hikari\.example\r\n\tby mx1\.hikari\.example with LMTP/)
})

test('RFC 8620 section 7.2: mail is told to a telephone while nobody is signed in, after a restart too, until its push service knows it no longer', { timeout: 120_000 }, async () => {
  await using given = await cell()
  const { push, pushes } = given
  const { account } = await given.addAccount('bob@hikari.example')
  const { keys, opened } = subscriber()
  const [id, expiresAtMs] = ['phone', Date.now() + 3_600_000]
  const url = `https://sink.example:${push.port}/send/abc`
  const sealed = sealTarget(realSealing, given.rulesPublicKey, { account, id }, { url, keys, verificationCode: 'the code' })
  assert.ok(await pushes.add({ account, id, device: null, sealed, types: ['EmailDelivery'], expiresAtMs }))
  const changed = (at: number): Record<string, unknown> => (opened(push.come[at]?.body ?? Buffer.alloc(0)) as { changed: Record<string, Record<string, unknown>> }).changed
  {
    await using running = await intake(given.intakeStart, context)
    assert.ok(running)
    await until('the code is told', () => push.come.length === 1)
    assert.deepEqual(opened(push.come[0]?.body ?? Buffer.alloc(0)), { '@type': 'PushVerification', pushSubscriptionId: id, verificationCode: 'the code' })
    await pushes.change(account, id, { verified: true, types: ['EmailDelivery'], expiresAtMs })
    await Promise.all(['one', 'two', 'three'].map((subject) => arrive(given.gate, 'bob@hikari.example', message(subject))))
    await until('mail is told, once for all three', () => push.come.length === 2)
    assert.deepEqual(changed(1), { [accountId(account)]: { EmailDelivery: '3' } })
    assert.match(push.come[1]?.authorization ?? '', /^vapid t=/)
    assert.equal(push.come[1]?.path, '/send/abc')
    await arrive(given.gate, 'bob@hikari.example', message('four'))
  }
  assert.equal(push.come.length, 2, 'intake stopped while the fourth was owed')
  push.status = 410
  await using again = await intake(given.intakeStart, context)
  assert.ok(again)
  await until('what was owed is told after the restart', () => push.come.length === 3)
  assert.deepEqual(changed(2), { [accountId(account)]: { EmailDelivery: '4' } })
  await until('it is known no longer', async () => (await pushes.idsOf(account)).size === 0)
})

test('a database that goes away makes mail wait and nothing else', { timeout: 60_000 }, async () => {
  await using given = await cell()
  const bob = await given.addAccount('bob@hikari.example')
  await using intakeRole = await intake(given.intakeStart, context)
  assert.ok(intakeRole)
  const taken: string[] = []
  const send = async (subject: string): Promise<boolean> => {
    const reply = (await arrive(given.gate, 'bob@hikari.example', message(subject))).at(-1) ?? ''
    assert.match(reply, /^(?:250 2\.0\.0|451 4\.3\.0) /)
    if (reply.startsWith('250')) taken.push(subject)
    return reply.startsWith('250')
  }
  assert.ok(await send('before'))
  await given.postgres.kill()
  let count = 0
  // Its last servers may outlive the postmaster by a message or two.
  await until('mail is refused for now', async () => !(await send(`down${(count += 1)}`)))
  await given.postgres.restart()
  await until('mail is taken again', () => send(`up${(count += 1)}`))
  const subjects = (await given.mailOf(bob)).map((mail) => /\r\nSubject: (\w+)/.exec(mail)?.[1])
  assert.deepEqual(subjects, taken)
})
