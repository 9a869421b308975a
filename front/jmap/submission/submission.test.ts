import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { jmapInProcess, type JmapInProcess } from '../testing/jmap-in-process.ts'
import type { SendingSettings } from '../testing/memory-sending.ts'

type Said = Readonly<Record<string, unknown>> | undefined

interface Prepared {
  readonly jmap: JmapInProcess
  readonly identityId: string
  readonly emailId: string
  readonly drafts: string
  readonly sent: string
  submit(more?: JsonObject, args?: JsonObject): Promise<{ readonly created: Said; readonly refused: Said }>
}

const draft: JsonObject = {
  keywords: { $draft: true, $seen: true }, from: [{ name: 'アリス', email: 'alice@one.example' }], subject: '明日の件',
  to: [{ name: null, email: 'bob@far.example' }], cc: [{ name: null, email: 'carol@one.example' }], bcc: [{ name: null, email: 'dan@far.example' }],
  bodyValues: { 1: { value: 'よろしく' } }, textBody: [{ partId: '1', type: 'text/plain' }],
}

const prepared = async (email: JsonObject = {}, settings: SendingSettings = {}): Promise<Prepared> => {
  const jmap = await jmapInProcess(settings)
  const [drafts, sent] = [await jmap.mailbox('Drafts'), await jmap.mailbox('Sent')]
  const { created, notCreated } = await jmap.call('Email/set', { create: { d: { mailboxIds: { [drafts]: true }, ...draft, ...email } } })
  assert.equal(notCreated, null)
  const { list: [{ id: identityId }] } = await jmap.call('Identity/get', {})
  const emailId = created.d.id
  return {
    jmap, identityId, emailId, drafts, sent,
    async submit(more = {}, args = {}) {
      const answered = await jmap.call('EmailSubmission/set', { create: { s: { identityId, emailId, ...more } }, ...args })
      return { created: answered.created?.s, refused: answered.notCreated?.s }
    },
  }
}

const idOf = (created: Said): QueueId => String(created?.['id']) as QueueId

test('an Email is sent to whom its header names: Bcc hidden, signed, traced, and the envelope told', async () => {
  const { jmap, submit, emailId } = await prepared()
  const { created } = await submit()
  const queued = jmap.sending.opened(idOf(created))
  assert.deepEqual([queued.reversePath, queued.recipients], ['alice@one.example', ['bob@far.example', 'carol@one.example', 'dan@far.example']])
  assert.doesNotMatch(queued.text, /^Bcc:|dan@far|192\.0\.2/m)
  assert.match(queued.text, /^DKIM-Signature: .*\r\nReceived: from p_alice\r\n\tby mail\.one\.example with HTTPS id /)
  assert.deepEqual(created?.['envelope'], {
    mailFrom: { email: 'alice@one.example', parameters: null },
    rcptTo: ['bob@far.example', 'carol@one.example', 'dan@far.example'].map((email) => ({ email, parameters: null })),
  })
  assert.match((await jmap.message(emailId)).toString(), /^Bcc: <dan@far\.example>/m, 'the own copy shows it')
  assert.deepEqual(jmap.sending.notes.map(({ hop, state, to }) => [hop, state, to.length]), [['submission', 'queued', 3]])
})

test('what is to become of the Email follows as an Email/set, in the same response', async () => {
  const { jmap, identityId, emailId, drafts, sent } = await prepared()
  const responses = await jmap.request(['EmailSubmission/set', {
    create: { s: { identityId, emailId } },
    onSuccessUpdateEmail: { '#s': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null } },
  }])
  assert.deepEqual(responses.map(([name]) => name), ['EmailSubmission/set', 'Email/set'])
  assert.deepEqual(responses[1]?.[1].updated, { [emailId]: null })
  const state = jmap.account.state()
  assert.deepEqual([state.byName('Drafts')?.messages.count, state.byName('Sent')?.messages.count], [0, 1])
  assert.deepEqual(state.byName('Sent')?.messages.flags(0), ['\\Seen'])
})

test('draft, identity and submission in one request, by creation ids', async () => {
  const { jmap, identityId, drafts } = await prepared()
  const [, [, answered]] = (await jmap.request(
    ['Email/set', { create: { d: { mailboxIds: { [drafts]: true }, ...draft } } }],
    ['EmailSubmission/set', { create: { s: { identityId, emailId: '#d' } }, onSuccessDestroyEmail: ['#s'] }],
  )) as [unknown, [string, { created: { s: { id: string } } }]]
  assert.ok(jmap.sending.queue.kept.has(answered.created.s.id as QueueId))
})

test('where the plan files sent mail and the client says nothing, a copy is filed, once', async () => {
  const { jmap, submit } = await prepared({}, { plan: { filesSent: true } })
  await submit()
  assert.equal(jmap.account.state().byName('Sent')?.messages.count, 1)
  const said = await prepared({}, { plan: { filesSent: true } })
  await said.submit({}, { onSuccessUpdateEmail: { '#s': { mailboxIds: { [said.sent]: true } } } })
  assert.equal(said.jmap.account.state().byName('Sent')?.messages.count, 1)
})

test('undo: what waits is taken back, for good and as if it had never been', async () => {
  const { jmap, submit } = await prepared()
  const { created } = await submit({ envelope: { mailFrom: { email: 'alice@one.example', parameters: { HOLDFOR: '30' } }, rcptTo: [{ email: 'bob@far.example' }] } })
  const id = idOf(created)
  assert.deepEqual([created?.['undoStatus'], created?.['sendAt']], ['pending', '2026-11-21T09:00:30Z'])
  assert.deepEqual((await jmap.call('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } })).updated, { [id]: null })
  assert.equal(jmap.sending.queue.kept.size, 0)
  assert.deepEqual(jmap.sending.notes.map(({ state }) => state), ['queued', 'cancelled'])
  const { list: [after] } = await jmap.call('EmailSubmission/get', { ids: [id] })
  assert.deepEqual([after.undoStatus, after.deliveryStatus], ['canceled', null])
  assert.equal((await jmap.call('EmailSubmission/set', { update: { [id]: { undoStatus: 'pending' } } })).notUpdated[id].type, 'invalidProperties')
})

test('undo comes too late once a courier has claimed any of it; then each recipient’s fate is told', async () => {
  const { jmap, submit } = await prepared()
  const { created } = await submit()
  const id = idOf(created)
  const [claim] = await jmap.sending.queue.claim([{ domain: 'far.example', count: 1 }], 60_000)
  assert.ok(claim !== undefined)
  assert.equal((await jmap.call('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } })).notUpdated[id].type, 'cannotUnsend')
  assert.equal(jmap.sending.queue.kept.size, 1)
  const [local] = await jmap.sending.queue.claim([{ domain: 'one.example', count: 1 }], 60_000)
  await jmap.sending.queue.settle(id, claim.lease, [
    { number: claim.recipients[0]?.number ?? 0, fate: 'done' },
    { number: claim.recipients[1]?.number ?? 0, fate: 'failed', status: '550 5.1.1', sealedText: null },
  ])
  await jmap.sending.queue.settle(id, local?.lease ?? 0n, [{ number: local?.recipients[0]?.number ?? 0, fate: 'done' }])
  const { list: [after], state } = await jmap.call('EmailSubmission/get', { ids: [id] })
  const told = Object.entries(after.deliveryStatus).map(([email, status]) => [email, (status as { delivered: string }).delivered])
  assert.deepEqual([after.undoStatus, told], ['final', [['bob@far.example', 'unknown'], ['carol@one.example', 'yes'], ['dan@far.example', 'no']]])
  assert.match(after.deliveryStatus['dan@far.example'].smtpReply, /^550 5\.1\.1 /)
  assert.equal((await jmap.call('EmailSubmission/get', { ids: [id] })).state, state, 'what is settled is not written again')
})

test('nobody takes back another account’s mail, whatever id is named', async () => {
  const [mine, other] = [await prepared(), await jmapInProcess()]
  const { created } = await mine.submit()
  assert.equal((await other.call('EmailSubmission/set', { update: { [idOf(created)]: { undoStatus: 'canceled' } } })).notUpdated[idOf(created)].type, 'notFound')
  assert.equal(await mine.jmap.sending.queue.cancel(idOf(created), 'p_bob'), false)
})

test('every reason not to send has its error', async () => {
  const envelope = (from: string, to: readonly string[], parameters: JsonObject | null = null): JsonObject => ({ envelope: { mailFrom: { email: from, parameters }, rcptTo: to.map((email) => ({ email })) } })
  const alice = 'alice@one.example'
  const cases: readonly (readonly [string, JsonObject, JsonObject, (readonly string[])?])[] = [
    ['forbiddenMailFrom', {}, envelope('boss@far.example', ['a@b.example'])],
    ['forbiddenMailFrom', {}, envelope('', ['a@b.example'])],
    ['forbiddenFrom', { from: [{ name: null, email: 'boss@far.example' }] }, {}],
    ['forbiddenFrom', { sender: [{ name: null, email: 'boss@far.example' }] }, {}],
    ['noRecipients', { to: null, cc: null, bcc: null }, {}],
    ['noRecipients', {}, envelope(alice, [])],
    ['invalidRecipients', { to: [{ name: null, email: 'half-typed' }] }, {}],
    ['invalidRecipients', {}, envelope(alice, ['a@b.example\r\nRCPT TO:<c@d.example>'])],
    ['tooManyRecipients', {}, envelope(alice, Array.from({ length: 5_000 }, (_, at) => `r${at}@far.example`))],
    ['invalidProperties', {}, envelope(alice, ['a@b.example'], { HOLDFOR: '30 RET=FULL' }), ['envelope']],
    ['invalidProperties', {}, envelope(alice, ['a@b.example'], { 'X\r\nRSET': null }), ['envelope']],
    ['invalidProperties', {}, envelope(alice, ['a@b.example'], { NOSUCH: 'x' }), ['envelope']],
    ['invalidProperties', {}, envelope(alice, ['a@b.example'], { HOLDFOR: '99999999' }), ['envelope']],
    ['invalidProperties', {}, envelope(alice, ['a@b.example'], { HOLDUNTIL: '2020-01-01T00:00:00Z' }), ['envelope']],
    ['invalidProperties', {}, { identityId: 'none', emailId: 'none' }, ['identityId', 'emailId']],
    ['invalidProperties', {}, { undoStatus: 'final' }, ['undoStatus']],
    ['invalidEmail', { 'header:From:asRaw:all': [' <alice@one.example>', ' <alice@one.example>'], from: null }, {}],
  ]
  for (const [type, email, wish, properties] of cases) {
    const { jmap, submit } = await prepared(email)
    const { refused } = await submit(wish)
    assert.deepEqual([refused?.['type'], properties === undefined ? undefined : refused?.['properties']], [type, properties], `${type} ${JSON.stringify(wish).slice(0, 200)}`)
    assert.equal(jmap.sending.queue.kept.size, 0)
    assert.deepEqual((await jmap.call('EmailSubmission/get', {})).list, [])
  }
})

test('too many recipients say how many may be, and the plan’s limits are those of SMTP', async () => {
  const { submit } = await prepared({}, { recipientsMax: 2 })
  assert.deepEqual((await submit()).refused?.['maxRecipients'], 2)
  const limited = await prepared({}, { plan: { messagesPerHour: 1 } })
  await limited.submit()
  const { refused } = await limited.submit()
  assert.equal(refused?.['type'], 'rateLimit')
  assert.match(String(refused?.['description']), /通数/)
})

test('parameters of the envelope reach the queue; foreign names travel as UTF-8 where they have to', async () => {
  const { jmap, submit } = await prepared()
  const { created } = await submit({ envelope: {
    mailFrom: { email: 'alice@one.example', parameters: { HOLDUNTIL: '2026-11-21T12:00:00Z', ENVID: 'a b+c', RET: 'HDRS' } },
    rcptTo: [{ email: '太郎@far.example', parameters: { NOTIFY: 'SUCCESS,FAILURE', ORCPT: 'rfc822;x y@far.example' } }],
  } })
  assert.equal(jmap.sending.opened(idOf(created)).releaseAtMs, Date.UTC(2026, 10, 21, 12))
  assert.deepEqual(jmap.sending.opened(idOf(created)).recipients, ['太郎@far.example'])
})

test('a crash between the note and the queue: nothing left, and after a while the submission says so', async () => {
  const { jmap, submit } = await prepared()
  const { queue } = jmap.sending
  const [submitReal, forgoReal] = [queue.submit, queue.forgo]
  const away = async (): Promise<never> => { throw new Fault('databaseAway', 'test') }
  Object.assign(queue, { submit: away, forgo: away })
  assert.equal((await submit()).created, undefined)
  Object.assign(queue, { submit: submitReal, forgo: forgoReal })
  const { list: [early] } = await jmap.call('EmailSubmission/get', {})
  assert.equal(early.undoStatus, 'pending')
  jmap.clock.advance(11_000)
  const { list: [late] } = await jmap.call('EmailSubmission/get', {})
  assert.equal(late.undoStatus, 'canceled')
  assert.equal(queue.kept.size, 0)
})

test('an answer of the queue that is lost does not send twice: what was queued is known', async () => {
  const { jmap, submit } = await prepared()
  const { queue } = jmap.sending
  const real = queue.submit
  Object.assign(queue, { submit: async (message: Parameters<typeof real>[0]) => { await real(message); throw new Fault('databaseAway', 'test') } })
  await submit()
  const { list } = await jmap.call('EmailSubmission/get', {})
  assert.deepEqual(list.map(({ undoStatus }: { undoStatus: string }) => undoStatus), ['pending'])
  assert.equal(queue.kept.size, 1)
})

test('queries find by email, time and status; changes tell what left', async () => {
  const { jmap, submit, emailId } = await prepared()
  const { created: first } = await submit()
  jmap.clock.advance(60_000)
  const { created: later } = await submit({ envelope: { mailFrom: { email: 'alice@one.example', parameters: { HOLDFOR: '3600' } }, rcptTo: [{ email: 'x@later.example' }] } })
  const query = (filter: JsonObject) => jmap.call('EmailSubmission/query', { filter, sort: [{ property: 'sentAt', isAscending: false }], calculateTotal: true })
  const all = await query({ emailIds: [emailId] })
  assert.deepEqual([all.ids, all.total], [[idOf(later), idOf(first)], 2])
  assert.deepEqual((await query({ after: '2026-11-21T09:30:00Z' })).ids, [idOf(later)])
  const [claim] = await jmap.sending.queue.claim([{ domain: 'far.example', count: 1 }], 60_000)
  assert.ok(claim !== undefined)
  assert.deepEqual((await query({ undoStatus: 'pending' })).ids, [idOf(later)])
  assert.deepEqual((await jmap.call('EmailSubmission/changes', { sinceState: all.queryState })).updated, [idOf(first)])
  const changes = await jmap.call('EmailSubmission/queryChanges', { sinceQueryState: all.queryState, filter: { undoStatus: 'pending' }, sort: [{ property: 'sentAt', isAscending: false }] })
  assert.deepEqual([changes.removed, changes.added], [[idOf(first)], []])
  assert.deepEqual((await jmap.call('EmailSubmission/set', { destroy: [idOf(first)] })).destroyed, [idOf(first)])
  assert.equal(jmap.sending.queue.kept.size, 2, 'forgetting stops nothing')
})

/** A report as our own reception or a peer's would write it; `by` is what stands before what came. */
const report = (type: string, fields: string, by = ''): Buffer =>
  Buffer.from(`${by}From: Mail <MAILER-DAEMON@far.example>\nContent-Type: multipart/report; report-type=${type}; boundary=r\n\n--r\nContent-Type: text/plain\n\nwords\n--r\nContent-Type: message/${type}\n\n${fields}\n--r--\n`.replaceAll('\n', '\r\n'))

const judgedAs = (author: string, result: string): string =>
  `Return-Path: <>\nReceived: from mx.far.example\n\tby mail.one.example with ESMTP\nAuthentication-Results: mail.one.example; dmarc=${result} header.from=${author}\n`

test('section 7: a delivery report counts by the envelope id that we made, and by nothing else', async () => {
  const { jmap, submit } = await prepared()
  const { created } = await submit()
  const id = idOf(created)
  const { envid } = jmap.sending.opened(id)
  assert.match(envid ?? '', /^[\w-]{24}$/)
  const statuses = 'Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.1.1\n\nOriginal-Recipient: rfc822;dan+40far.example\nFinal-Recipient: rfc822; d@elsewhere.example\nAction: delivered\nStatus: 2.0.0\n'
  const arrive = (message: Buffer) => append(jmap.account, jmap.account.state().inbox.id, [message])
  const told = async () => (await jmap.call('EmailSubmission/get', { ids: [id] })).list[0]
  for (const guess of [`${envid}x`, id, 'alice', '']) await arrive(report('delivery-status', `Reporting-MTA: dns; far.example\nOriginal-Envelope-Id: ${guess}\n\n${statuses}`))
  assert.deepEqual([(await told()).dsnBlobIds, (await told()).deliveryStatus['bob@far.example'].delivered], [[], 'queued'])
  const { state } = await jmap.call('EmailSubmission/get', { ids: [] })
  await arrive(report('delivery-status', `Reporting-MTA: dns; far.example\nOriginal-Envelope-Id: ${envid}\n\n${statuses}`))
  const after = await told()
  assert.equal(after.dsnBlobIds.length, 1)
  assert.deepEqual(['bob@far.example', 'dan@far.example', 'carol@one.example'].map((email) => after.deliveryStatus[email].delivered), ['no', 'yes', 'queued'])
  assert.deepEqual((await jmap.call('EmailSubmission/changes', { sinceState: state })).updated, [id])
  assert.deepEqual((await told()).dsnBlobIds, after.dsnBlobIds, 'once')
})

test('section 7: a receipt says displayed where the domain of a recipient vouches for it', async () => {
  const { jmap, submit, emailId } = await prepared()
  const { created } = await submit()
  const { list: [{ messageId: [messageId] }] } = await jmap.call('Email/get', { ids: [emailId], properties: ['messageId'] })
  const mdn = (author: string, of: string, by: string): Buffer =>
    Buffer.from(report('disposition-notification', `Final-Recipient: rfc822; ${author}\nOriginal-Message-ID: <${of}>\nDisposition: manual-action/MDN-sent-manually; displayed\n`, by)
      .toString().replace('Mail <MAILER-DAEMON@far.example>', author))
  const forged = [
    mdn('bob@far.example', messageId, ''), mdn('bob@far.example', messageId, judgedAs('far.example', 'fail')),
    mdn('eve@far.example', messageId, judgedAs('far.example', 'pass')), mdn('bob@far.example', 'other@one.example', judgedAs('far.example', 'pass')),
  ]
  const told = async () => (await jmap.call('EmailSubmission/get', { ids: [idOf(created)] })).list[0]
  await append(jmap.account, jmap.account.state().inbox.id, forged)
  assert.deepEqual([(await told()).mdnBlobIds, (await told()).deliveryStatus['bob@far.example'].displayed], [[], 'unknown'])
  await append(jmap.account, jmap.account.state().inbox.id, [mdn('bob@far.example', messageId, judgedAs('far.example', 'pass'))])
  const after = await told()
  assert.equal(after.mdnBlobIds.length, 1)
  assert.deepEqual(after.deliveryStatus['bob@far.example'], { smtpReply: '250 2.0.0 Queued', delivered: 'yes', displayed: 'yes' })
  assert.equal(after.deliveryStatus['dan@far.example'].displayed, 'unknown')
})
