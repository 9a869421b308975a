/**
 * Mail written, sent, taken back and released over JMAP, against the running platform: sessions as RFC 8621 section 7 tells them, and a
 * mailroom that is killed while people send.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { askByImap, bySmtp, byImap, claims } from './notices.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/http/submission']
const password = 'correct-horse-battery'
const patienceMs = 120_000
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'send', name: 'Send Net', portBase, settings: ['limits: { connectionsPerPeer: 5000 }'] }] })
    await plantAccounts(platform, 'send', 'send.example', ['alice', 'bob'], password)
  },
  { timeout: 180_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

// What an answer holds is looked at by the test.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

const origin = (): string => `http://localhost:${platform.portOf('send', plainWebPort)}`

const person = async (name: string) => {
  const headers = { authorization: `Basic ${Buffer.from(`${name}@send.example:${password}`).toString('base64')}`, 'content-type': 'application/json' }
  const session: Json = await (await fetch(`${origin()}/.well-known/jmap`, { headers })).json()
  const [accountId] = Object.keys(session.accounts)
  const using = Object.keys(session.capabilities)
  const request = async (...calls: readonly (readonly [string, object])[]): Promise<readonly Json[]> => {
    const methodCalls = calls.map(([method, args], at) => [method, { accountId, ...args }, `c${at}`])
    const response = await fetch(`${origin()}/jmap/api`, { method: 'POST', headers, body: JSON.stringify({ using, methodCalls }) })
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`)
    return ((await response.json()) as Json).methodResponses.map(([, args]: Json) => args)
  }
  const call = async (method: string, args: object = {}): Promise<Json> => (await request([method, args]))[0]
  const upload = async (bytes: string): Promise<string> =>
    ((await (await fetch(session.uploadUrl.replace('{accountId}', accountId), { method: 'POST', headers: { ...headers, 'content-type': 'application/pdf' }, body: bytes })).json()) as Json).blobId
  const download = async (blobId: string): Promise<Buffer> => {
    const address = session.downloadUrl.replace('{accountId}', accountId).replace('{blobId}', blobId).replace('{name}', 'm').replace('{type}', 'message%2Frfc822')
    return Buffer.from(await (await fetch(address, { headers })).arrayBuffer())
  }
  return { session, accountId, call, request, upload, download }
}
type Person = Awaited<ReturnType<typeof person>>

const mailboxOf = async ({ call }: Person, role: string): Promise<string> => (await call('Mailbox/get')).list.find((mailbox: Json) => mailbox.role === role).id

const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await sleep(200)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`never: ${what}`)
}

const received = (who: Person, subject: string): Promise<Json> =>
  until(subject, async () => {
    const [, got] = await who.request(
      ['Email/query', { filter: { subject: `"${subject}"` } }],
      ['Email/get', { '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' }, properties: ['subject', 'from', 'bcc', 'attachments', 'bodyValues', 'textBody'], fetchTextBodyValues: true }],
    )
    return got.list[0]
  })

const write = async (who: Person, subject: string, more: object = {}): Promise<{ readonly emailId: string; readonly identityId: string; readonly drafts: string }> => {
  const drafts = await mailboxOf(who, 'drafts')
  const [made, identities] = await who.request(
    ['Email/set', { create: { d: {
      mailboxIds: { [drafts]: true }, keywords: { $draft: true, $seen: true }, from: [{ name: 'アリス', email: 'alice@send.example' }],
      to: [{ name: 'ボブ', email: 'bob@send.example' }], subject, bodyValues: { 1: { value: '本文です。' } }, textBody: [{ partId: '1', type: 'text/plain' }], ...more,
    } } }],
    ['Identity/get', {}],
  )
  assert.equal(made.notCreated, null)
  return { emailId: made.created.d.id, identityId: identities.list[0].id, drafts }
}

test('a Japanese message with an attachment is written, sent and read, and its draft is filed as sent', { timeout: 180_000 }, async () => {
  const [alice, bob] = [await person('alice'), await person('bob')]
  assert.equal(alice.session.accounts[alice.accountId ?? ''].accountCapabilities['urn:ietf:params:jmap:submission'].maxDelayedSend, 31_536_000)
  const blobId = await alice.upload('%PDF-1.7 見積')
  const { emailId, identityId, drafts } = await write(alice, '御見積書の送付', {
    bcc: [{ name: null, email: 'alice@send.example' }], attachments: [{ blobId, type: 'application/pdf', name: '見積書（令和８年度）.pdf' }],
  })
  const sent = await mailboxOf(alice, 'sent')
  const [submission, moved] = await alice.request(['EmailSubmission/set', {
    create: { s: { identityId, emailId } },
    onSuccessUpdateEmail: { '#s': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null } },
  }])
  assert.equal(submission.notCreated, null, JSON.stringify(submission.notCreated))
  assert.deepEqual(moved.updated, { [emailId]: null })
  const email = await received(bob, '御見積書の送付')
  const { list: [view] } = await bob.call('MessageView/get', { ids: [email.id] })
  assert.deepEqual([view.verification.state, view.verification.domain, view.warnings], ['customer', 'send.example', []], 'her login vouches for her')
  assert.deepEqual([email.from, email.bcc], [[{ name: 'アリス', email: 'alice@send.example' }], null])
  assert.equal(email.attachments[0].name, '見積書（令和８年度）.pdf')
  assert.equal(email.bodyValues[email.textBody[0].partId].value.trim(), '本文です。')
  const { id } = submission.created.s
  const told = await until('delivered', async () => {
    const { list } = await alice.call('EmailSubmission/get', { ids: [id] })
    return list[0].deliveryStatus['bob@send.example'].delivered === 'yes' ? list[0] : undefined
  })
  assert.equal(told.undoStatus, 'final')
  assert.equal((await alice.call('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } })).notUpdated[id].type, 'cannotUnsend')
})

test('what waits is taken back by its sender alone, and never arrives; what is released arrives', { timeout: 180_000 }, async () => {
  const [alice, bob] = [await person('alice'), await person('bob')]
  const hold = (seconds: string) => ({ mailFrom: { email: 'alice@send.example', parameters: { HOLDFOR: seconds } }, rcptTo: [{ email: 'bob@send.example' }] })
  const undone = await write(alice, 'never to arrive')
  const released = await write(alice, 'released in time')
  const { created } = await alice.call('EmailSubmission/set', { create: {
    u: { identityId: undone.identityId, emailId: undone.emailId, envelope: hold('600') }, r: { identityId: released.identityId, emailId: released.emailId, envelope: hold('2') },
  } })
  assert.equal((await bob.call('EmailSubmission/set', { update: { [created.u.id]: { undoStatus: 'canceled' } } })).notUpdated[created.u.id].type, 'notFound')
  assert.deepEqual((await alice.call('EmailSubmission/set', { update: { [created.u.id]: { undoStatus: 'canceled' } } })).updated, { [created.u.id]: null })
  await received(bob, 'released in time')
  assert.deepEqual((await bob.call('Email/query', { filter: { subject: '"never to arrive"' } })).ids, [])
  const { ids } = await alice.call('EmailSubmission/query', { filter: { undoStatus: 'canceled' } })
  assert.deepEqual(ids, [created.u.id])
})

test('somebody else’s address can be sent from by nobody', { timeout: 180_000 }, async () => {
  const alice = await person('alice')
  const { emailId, identityId } = await write(alice, 'forged', { from: [{ name: null, email: 'bob@send.example' }] })
  assert.equal((await alice.call('EmailSubmission/set', { create: { s: { identityId, emailId } } })).notCreated.s.type, 'forbiddenFrom')
  assert.equal((await alice.call('Identity/set', { create: { i: { name: 'Bob', email: 'bob@send.example' } } })).notCreated.i.type, 'forbiddenFrom')
})

const officialIn = async (who: Person): Promise<readonly string[]> => (await who.call('OfficialNotice/get', { ids: null })).list.map(({ id }: Json) => id)

test('an official notice arrives with its sign, once, and nothing that anybody can make of it has the sign', { timeout: 240_000 }, async () => {
  const alice = await person('alice')
  const text = `${platform.directory}/notice.txt`
  writeFileSync(text, '11月30日 2:00 から 4:00 まで停止します。\n')
  const send = ['notice', 'send', '--isp', 'send', '--subject', '設備の点検について', '--text', text, '--reason', 'planned work', '--json']
  const { notice, stored } = JSON.parse(await platform.must([...send, '--all']))
  assert.equal(stored, 2)
  await platform.must([...send, '--all', '--continue', `${notice}:`])
  const [id = '', ...others] = await until('the notice', async () => ((await officialIn(alice)).length > 0 ? officialIn(alice) : undefined))
  assert.equal(others.length, 0, 'who has it gets no second one')
  const { list: [view] } = await alice.call('MessageView/get', { ids: [id] })
  assert.deepEqual([view.official, view.from[0].email, view.body.segments[0].text.trim()], [true, 'postmaster@send.example', '11月30日 2:00 から 4:00 まで停止します。'])
  const { list: [{ blobId, mailboxIds }] } = await alice.call('Email/get', { ids: [id], properties: ['blobId', 'mailboxIds'] })
  assert.deepEqual(mailboxIds, { [await mailboxOf(alice, 'inbox')]: true })
  const message = await alice.download(blobId)

  await alice.call('Email/import', { emails: { c: { blobId, mailboxIds, keywords: { $official: true, notice: true } } } })
  for (const claim of claims(message, 'mx.send.example')) await bySmtp(platform.portOf('send', 25), 'alice@send.example', claim)
  await bySmtp(platform.portOf('send', 25), 'alice@send.example', message)
  await byImap(platform.portOf('send', 143), 'alice@send.example', password, message)
  const bob = await person('bob')
  const forwarded = await bob.upload(message.toString('latin1'))
  const { emailId, identityId } = await write(bob, '公式なお知らせの転送', {
    from: [{ name: 'Send Net', email: 'bob@send.example' }], to: [{ name: null, email: 'alice@send.example' }], attachments: [{ blobId: forwarded, type: 'message/rfc822', name: 'notice.eml' }],
  })
  assert.equal((await bob.call('EmailSubmission/set', { create: { s: { identityId, emailId } } })).notCreated, null)
  await received(alice, '公式なお知らせの転送')
  const { ids } = await alice.call('Email/query', { filter: { inMailbox: await mailboxOf(alice, 'inbox') } })
  assert.ok(ids.length >= 8, `all of them are there: ${ids.length}`)
  for (const one of ids) {
    const { list: [seen] } = await alice.call('MessageView/get', { ids: [one] })
    assert.equal(seen.official, one === id, `${seen.subject} ${one}`)
  }
  assert.deepEqual(await officialIn(alice), [id])
  await alice.call('Email/set', { update: { [id]: { mailboxIds: { [await mailboxOf(alice, 'trash')]: true } } } })
  assert.deepEqual(await officialIn(alice), [id], 'wherever it is put')
  assert.match(await platform.must(['ledger', '--json']).catch(() => 'desk.noticeSend'), /noticeSend/)
  await platform.must(['account', 'quota', 'bob@send.example', '1'])
  assert.equal(JSON.parse(await platform.must([...send, '--to', 'bob@send.example'])).stored, 1, 'a full mailbox keeps it out no more than rules do')
  await until('the second notice', async () => ((await officialIn(bob)).length === 2 ? true : undefined))
  await platform.must(['account', 'quota', 'bob@send.example', 'none'])
  const none = await platform.cli(['notice', 'send', '--isp', 'send', '--subject', 'x', '--text', text, '--reason', 'r'])
  assert.deepEqual([none.code, none.err], [1, 'bulkhead: say --to ADDRESS for one person, or --all for everybody\n'])
})

test('what people mark is counted for the ISP, and a report of phishing carries the message whole to whom the page named', { timeout: 180_000 }, async () => {
  const [alice, bob] = [await person('alice'), await person('bob')]
  const subject = 'あなたの口座が停止されます 48211'
  await bySmtp(platform.portOf('send', 25), 'alice@send.example', Buffer.from(`From: Bank <service@bank-secure.example>\r\nTo: <alice@send.example>\r\nSubject: ${subject}\r\n\r\nClick.\r\n`))
  const { id } = await received(alice, '口座が停止')
  const junk = await mailboxOf(alice, 'junk')
  const marked = await alice.call('Email/set', { update: { [id]: { 'keywords/$phishing': true, 'keywords/$junk': true, mailboxIds: { [junk]: true } } } })
  assert.deepEqual(marked.updated, { [id]: null })
  await alice.call('Email/set', { update: { [id]: { 'keywords/$phishing': true } } })
  const counted = (wanted: readonly string[]): Promise<true> => until(`the count ${wanted.join()}`, async () => {
    const { lines } = JSON.parse(await platform.must(['reports', 'send', '--json'])) as Json
    const counts = lines.filter((one: Json) => one.domain === 'bank-secure.example').map(({ kind, count }: Json) => `${kind} ${count}`)
    return counts.join() === wanted.join() ? true : undefined
  })
  // Once, and not as spam besides.
  await counted(['phishing 1'])
  assert.equal((await alice.call('Report/send', { emailId: id, to: 'bob@send.example' })).outcome, 'sent')
  const report = await received(bob, '口座が停止')
  assert.equal(report.subject, `[Phishing report] ${subject}`, 'in the language of her session')
  assert.equal(report.from[0].email, 'alice@send.example')
  const { list: [{ attachments, bodyStructure }] } = await bob.call('Email/get', { ids: [report.id], properties: ['attachments', 'bodyStructure'] })
  assert.deepEqual([bodyStructure.type, bodyStructure.subParts[1].type], ['multipart/report', 'message/feedback-report'])
  const original = await bob.download(attachments.find((one: Json) => one.type === 'message/rfc822').blobId)
  assert.match(original.toString(), /From: Bank <service@bank-secure\.example>/)
  assert.equal((await alice.call('Report/send', { emailId: id, to: 'nobody' })).type, 'invalidArguments')

  const byAlice = (commands: readonly string[]): Promise<void> => askByImap(platform.portOf('send', 143), 'alice@send.example', password, commands)
  await byAlice(['SELECT Junk', 'STORE 1:* -FLAGS ($Phishing $Junk)'])
  await counted([])
  await byAlice(['SELECT Junk', 'MOVE 1:* INBOX', 'SELECT INBOX', 'UID SEARCH RETURN (SAVE) SUBJECT 48211', 'UID MOVE $ Junk'])
  await counted(['spam 1'])
  await alice.call('Email/set', { update: { [id]: { 'keywords/$junk': true } } })
  await byAlice(['SELECT Junk', 'STORE 1:* FLAGS ($NotJunk)'])
  await counted(['notSpam 1'])
})

const mailroomPid = async (): Promise<number> => {
  const status = await platform.must(['status', '--json', '--wait', '60'])
  const [, pid] = /"name":\s*"[^"]*mailroom[^"]*"[^{}]*?"pid":\s*(\d+)/.exec(status) ?? assert.fail(status)
  return Number(pid)
}

test('a mailroom that is killed while mail is sent: what was answered arrives once, and every note of a submission tells the truth', { timeout: 300_000 }, async () => {
  const [alice, bob] = [await person('alice'), await person('bob')]
  const drafts: { readonly subject: string; readonly emailId: string; readonly identityId: string }[] = []
  for (let at = 0; at < 12; at += 1) drafts.push({ subject: `crash number ${at}.`, ...(await write(alice, `crash number ${at}.`)) })
  const pid = await mailroomPid()
  const sending = drafts.map(async ({ emailId, identityId }, at) => {
    await sleep(at * 15)
    return alice.call('EmailSubmission/set', { create: { s: { identityId, emailId } } }).then((answer) => answer.created?.s?.id as string | undefined, () => undefined)
  })
  await sleep(90)
  process.kill(pid, 'SIGKILL')
  const answered = await Promise.all(sending)
  const again = await until('the mailroom is back', async () => person('alice').catch(() => undefined))
  const submissions: Json[] = (await again.call('EmailSubmission/get', { ids: null })).list.filter(({ emailId }: Json) => drafts.some((draft) => draft.emailId === emailId))
  for (const [at, id] of answered.entries()) if (id !== undefined) assert.ok(submissions.some((one) => one.id === id), `submission ${at} was answered and is noted`)
  const reader = await until('bob is let in', async () => person('bob').catch(() => undefined))
  for (const [at, id] of answered.entries()) if (id !== undefined) await received(reader, drafts[at]?.subject ?? '')
  for (const { subject, emailId } of drafts) {
    const { ids } = await reader.call('Email/query', { filter: { subject: `"${subject}"` } })
    assert.ok(ids.length <= 1, `${subject} came ${ids.length} times`)
    if (ids.length === 1) assert.ok(submissions.some((one) => one.emailId === emailId), `${subject} came, so it is noted`)
  }
  assert.ok(bob.accountId === reader.accountId)
})
