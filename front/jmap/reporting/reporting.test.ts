import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import type { FlagMode } from '@bulkhead/mail/journal/event.ts'
import type { PersonReports, PersonSaying } from '@bulkhead/mail/ports/person-reports.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { abuseMail } from '@bulkhead/wire/reports/arf-mail.ts'
import { reportParts } from '@bulkhead/wire/reports/report-parts.ts'
import { operations } from '../../imap/operations.ts'
import { jmapInProcess } from '../testing/jmap-in-process.ts'
import { messagesMax, personReporter, reportsPerHourMax } from '../../reporting/person-reporter.ts'

/** As the store counts: once per mark, what is said last in the place of what was said before. */
const memoryReports = () => {
  const byMark = new Map<string, PersonSaying>()
  const port: PersonReports = {
    say: async (sayings) => sayings.map((one) => {
      const before = byMark.get(one.mark)?.says ?? 'nothing'
      if (one.says === 'nothing') byMark.delete(one.mark)
      else byMark.set(one.mark, one)
      return before !== one.says
    }),
  }
  const counts = (): readonly string[] => [...Map.groupBy(byMark.values(), ({ says, domain }) => `${says} ${domain}`)].map(([what, { length }]) => `${what} ${length}`).sort()
  return { port, byMark, counts }
}

const given = async () => {
  const { port, byMark, counts } = memoryReports()
  const events: Omit<WatchEvent, 'at'>[] = []
  const reports = personReporter({
    reports: port, pseudonym: pseudonymizer(secret(Buffer.alloc(32, 3))), clock: manualClock(0), log: silentLog, meter: meter(),
    tell: (event) => void events.push(event),
  })
  const jmap = await jmapInProcess({}, { reports })
  const { inbox, byName } = jmap.account.state()
  const [junk, trash] = [byName('Junk'), byName('Trash')]
  assert.ok(junk !== undefined && trash !== undefined)
  const put = async (from: string, subject: string, mailbox = inbox.id): Promise<string> => {
    const made = await jmap.call('Email/set', { create: { m: { mailboxIds: { [mailbox]: true }, from: [{ name: 'x', email: from }], subject, bodyValues: { 1: { value: 'x' } }, textBody: [{ partId: '1', type: 'text/plain' }] } } })
    return made.created.m.id
  }
  const update = (changes: JsonObject) => jmap.call('Email/set', { update: changes })
  /** As it is when nothing is under way any more. */
  const counted = async (wanted: readonly string[]): Promise<void> => {
    for (let tries = 0; tries < 200 && !isDeepStrictEqual(counts(), wanted); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual(counts(), wanted)
  }
  return { jmap, reports, byMark, counted, events, put, update, inbox: inbox.id, junk: junk.id, trash: trash.id }
}

test('marks are counted by domain and campaign, told in pseudonyms, and nothing else of the mail; what is said last stands', async () => {
  const { byMark, counted, events, put, update } = await given()
  const [one, two, three] = [await put('a@spam.example', 'Win 100 now!'), await put('b@spam.example', 'Win 250 now'), await put('c@other.example', '当選')]
  await update(Object.fromEntries([one, two, three].map((id) => [id, { 'keywords/$junk': true }])))
  await counted(['spam other.example 1', 'spam spam.example 2'])
  assert.equal(new Set([...byMark.values()].map(({ campaign }) => campaign)).size, 2, 'numbers differ from reader to reader')
  await update({ [one]: { 'keywords/$junk': true }, [two]: { 'keywords/$junk': null, 'keywords/$notjunk': true } })
  await counted(['notSpam spam.example 1', 'spam other.example 1', 'spam spam.example 1'])
  await update({ [three]: { 'keywords/$phishing': true } })
  await update({ [one]: { 'keywords/$phishing': true, 'keywords/$junk': null } })
  await update({ [one]: { 'keywords/$junk': true } })
  await counted(['notSpam spam.example 1', 'phishing other.example 1', 'phishing spam.example 1'])
  assert.equal(events.length, 5)
  assert.doesNotMatch(JSON.stringify(events), /spam\.example|other|Win|@/)
  assert.doesNotMatch(JSON.stringify([...byMark.keys()]), new RegExp(one))
})

test('what is taken back is not counted any more; junk that is thrown away stays counted', async () => {
  const { counted, events, put, update, inbox, junk, trash } = await given()
  const [one, two] = [await put('a@spam.example', 'x'), await put('a@spam.example', 'y')]
  const filed = (keywords: JsonObject, mailbox: string) => ({ ...keywords, mailboxIds: { [mailbox]: true } })
  await update({ [one]: filed({ 'keywords/$junk': true }, junk), [two]: filed({}, junk) })
  await counted(['spam spam.example 2'])
  await update({ [one]: filed({ 'keywords/$junk': null }, inbox), [two]: filed({}, trash) })
  await counted(['spam spam.example 1'])
  await update({ [two]: filed({}, inbox) })
  await counted(['spam spam.example 1'])
  await update({ [one]: filed({ 'keywords/$junk': true }, junk) })
  await counted(['spam spam.example 2'])
  assert.equal(events.length, 3, 'two campaigns, and the one again')
})

test('by IMAP it is the same: by keywords, and by what is filed as junk; said by both it counts once', async () => {
  const { jmap, reports, counted, put, update, inbox, junk } = await given()
  const [one, two] = [await put('a@spam.example', 'x'), await put('b@other.example', 'y')]
  const ports = { account: jmap.account, reports, refresh: async () => undefined, progress: () => undefined, clock: manualClock(0), gone: new AbortController().signal, login: '', hostName: '', jmapUrl: null }
  const all = [[1 as Uid, 99 as Uid]] as const
  const store = (mode: FlagMode, flags: readonly string[], mailbox = inbox) => operations.storeFlags(ports, { mailbox, uids: all, mode, flags, unchangedSince: null })
  await store('add', ['$Junk', '\\Seen'])
  await counted(['spam other.example 1', 'spam spam.example 1'])
  await update({ [one]: { 'keywords/$junk': null } })
  await counted(['spam other.example 1'])
  await store('add', ['$JUNK'])
  await store('replace', ['$Phishing'])
  await counted(['phishing other.example 1', 'phishing spam.example 1'])
  await store('remove', ['$phishing'])
  await counted([])
  await operations.moveMessages(ports, { from: inbox, uids: all, to: 'Junk' })
  await update({ [two]: { 'keywords/$junk': true } })
  await counted(['spam other.example 1', 'spam spam.example 1'])
  await operations.moveMessages(ports, { from: junk, uids: all, to: 'INBOX' })
  await counted(['spam other.example 1'])
  await operations.copyMessages(ports, { from: inbox, uids: all, to: 'Junk' })
  await counted(['spam other.example 1', 'spam spam.example 1'])
  await operations.storeFlags(ports, { mailbox: inbox, uids: all, mode: 'add', flags: ['$NotJunk'], unchangedSince: 1 as ModSeq })
  await store('remove', ['\\Seen'])
  await counted(['spam other.example 1', 'spam spam.example 1'])
})

test('an account that marks without end makes no wave', async () => {
  const { jmap, reports, events, put, counted } = await given()
  const message = messageOfEmail(await put('a@spam.example', 'x'))
  assert.ok(message !== undefined)
  for (let round = 0; round < 4; round += 1) reports.note(jmap.account, Array.from({ length: messagesMax }, () => ({ message, says: 'spam' as const })))
  await counted(['spam spam.example 1'])
  assert.equal(events.length, 1, 'of one message once')
  const others = await Promise.all(Array.from({ length: 3 }, (_, at) => put('b@spam.example', `y${at}`)))
  for (const id of others) reports.note(jmap.account, [{ message: messageOfEmail(id) ?? message, says: 'spam' }])
  reports.note(jmap.account, [{ message, says: 'nothing' }])
  await counted([])
  assert.equal(events.length, 1, `of ${reportsPerHourMax} an hour`)
})

test('a report is read as one by programs for reports, with the message whole', () => {
  const original = Buffer.from('From: x@bank.example\r\nSubject: =?UTF-8?B?5Y+j5bqn?=\r\n\r\n--b\r\n日本\r\n')
  let boundaries = 0
  const mail = abuseMail({
    type: 'fraud', from: { name: null, email: 'a@one.example' }, to: 'abuse@one.example', subject: '[報告] 口座', words: '添付します。', messageId: 'm@one.example',
    atMs: 0, receivedMs: 0, originalMailFrom: 'x@bank.example\r\nEvil: 1', reportedDomain: 'bank.example', original,
  }, () => `b${(boundaries += 1)}`)
  const [part] = reportParts(mail)
  assert.ok(part?.is === 'abuse')
  assert.deepEqual([part.report.type, part.report.reportedDomain], ['fraud', 'bank.example'])
  assert.match(part.original.toString(), /^From: x@bank\.example/)
  assert.ok(mail.includes(original), 'to the byte')
  assert.doesNotMatch(mail.toString(), /Evil/)
})

test('what is sent is the message whole, from the person to the address given, and nothing where there is none', async () => {
  const { jmap, put } = await given()
  const id = await put('service@bank.example', '口座の停止')
  assert.equal((await jmap.call('Report/send', { emailId: id, to: 'Abuse@One.example' })).outcome, 'sent')
  const [queued] = jmap.sending.queue.kept.keys()
  assert.ok(queued !== undefined)
  const { recipients, text } = jmap.sending.opened(queued)
  assert.deepEqual(recipients, ['abuse@one.example'])
  assert.match(text, /^From: <alice@one\.example>\r$/m)
  assert.match(text, /report-type=feedback-report/)
  assert.match(text, /^Reported-Domain: bank\.example\r$/m)
  assert.match(text, /^From: x <service@bank\.example>\r$/m)
  assert.equal((await jmap.call('Report/send', { emailId: id, to: 'nobody' })).type, 'invalidArguments')
  assert.equal((await jmap.call('Report/send', { emailId: 'none', to: 'abuse@one.example' })).type, 'invalidArguments')
  assert.equal(jmap.sending.queue.kept.size, 1)
})
