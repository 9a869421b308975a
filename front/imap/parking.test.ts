import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { commonOf, memoryAccount, testLimits } from '../../test/golden/in-process.ts'
import { lineClient } from '../../test/golden/line-client.ts'
import type { Client } from '@bulkhead/test/golden/world.ts'
import type { Picture } from '../mailroom/tickets.ts'
import { imap } from './connection.ts'
import { unheard } from '../reporting/person-reporter.ts'

const imapSession = imap({ reports: unheard })

const parkAfterMs = 5

interface Leg {
  readonly client: Client
  /** What it parked with, as the ticket carries it. */
  readonly parked: Promise<{ readonly picture: Picture; readonly listens: boolean }>
  readonly over: Promise<void>
}

/**
 * One leg of a connection: from login a session that parks as soon as it is quiet, from a picture one that stays. What the
 * client says `first` is there when the session begins, however slow the machine.
 */
const leg = (account: MailAccount, picture: Picture | null, first = ''): Leg => {
  const [ours, theirs] = duplexPair()
  const { promise, resolve } = Promise.withResolvers<{ picture: Picture; listens: boolean }>()
  if (imapSession.opens !== 'account') throw new Error('IMAP needs an account')
  const over = imapSession.run({
    ...commonOf(ours, account.account, testLimits, new AbortController().signal),
    tag: 'login',
    picture,
    firstBytes: Buffer.from(first, 'latin1'),
    parkAfterMs: picture === null ? parkAfterMs : 60_000,
    account,
    gatehouse: () => ({
      async park(unread, shown, listens) {
        assert.equal(unread().length, 0)
        resolve({ picture: JSON.parse(JSON.stringify(shown)) as Picture, listens })
        ours.destroy()
        return true
      },
      logInAgain: () => Promise.reject(new Error('not asked here')),
    }),
  }).finally(() => ours.destroy())
  return { client: lineClient(theirs), parked: promise, over }
}

const say = (client: Client, text: string): void => client.send(Buffer.from(text, 'latin1'))

const until = async (client: Client, pattern: RegExp): Promise<string[]> => {
  const lines: string[] = []
  for (;;) {
    const line = await client.line()
    lines.push(line)
    if (pattern.test(line)) return lines
  }
}

const file = async (account: MailAccount, flags: readonly string[] = []): Promise<void> => {
  const incoming = await account.incoming(20)
  assert.ok('write' in incoming)
  await incoming.write(Buffer.from('Subject: a\r\n\r\nbody\r\n'))
  await account.appendMessages(account.state().inbox.id, [{ incoming, flags, internalDateMs: 0 }])
}

/** What others do to the INBOX while a session is parked. */
type Deed = { readonly is: 'file' } | { readonly is: 'flag' | 'expunge'; readonly at: number }

const perform = async (account: MailAccount, deed: Deed): Promise<void> => {
  if (deed.is === 'file') return file(account)
  const { id, messages } = account.state().inbox
  if (messages.count === 0) return
  const uid = messages.uids[deed.at % messages.count] as Uid
  if (deed.is === 'flag') await account.storeFlags(id, [[uid, uid]], 'add', ['\\Flagged'])
  else await account.expunge(id, [[uid, uid]], 'always')
}

const deeds = fc.array(fc.oneof(
  fc.constant<Deed>({ is: 'file' }),
  fc.record({ is: fc.constantFrom('flag', 'expunge'), at: fc.nat(20) }) as fc.Arbitrary<Deed>,
), { maxLength: 12 })

/** A client's own idea of its mailbox, by sequence number, kept from what it is told. */
const follow = (view: (string | null)[], flags: Map<number, string>, line: string): void => {
  const expunged = /^\* (\d+) EXPUNGE/.exec(line)
  if (expunged !== null) view.splice(Number(expunged[1]) - 1, 1)
  const exists = /^\* (\d+) EXISTS/.exec(line)
  while (exists !== null && view.length < Number(exists[1])) view.push(null)
  const fetched = /^\* (\d+) FETCH \(.*FLAGS \(([^)]*)\)/.exec(line)
  if (fetched !== null) flags.set(Number(fetched[1]), String(fetched[2]))
}

test('a session that was parked tells exactly what happened meanwhile, whatever it was', async () => {
  await fc.assert(fc.asyncProperty(fc.nat(6), deeds, fc.boolean(), async (count, happened, idles) => {
    const { account, close } = await memoryAccount()
    for (let at = 0; at < count; at += 1) await file(account, at % 2 === 0 ? ['\\Seen'] : [])
    const first = leg(account, null, `s SELECT INBOX\r\n${idles ? 'i IDLE\r\n' : ''}`)
    await until(first.client, idles ? /^\+/ : /^s OK/)
    const view: (string | null)[] = [...account.state().inbox.messages.uids.subarray(0, count)].map(String)
    const { picture, listens } = await first.parked
    assert.equal(listens, idles)
    await first.over

    for (const deed of happened) await perform(account, deed)
    const second = leg(account, picture)
    const told: string[] = []
    say(second.client, idles ? 'DONE\r\n' : 'n NOOP\r\n')
    told.push(...(await until(second.client, idles ? /^i OK/ : /^n OK/)))
    const flags = new Map<number, string>()
    for (const line of told) follow(view, flags, line)
    say(second.client, 'f FETCH 1:* (UID FLAGS)\r\n')
    const rows = (await until(second.client, /^f /)).slice(0, -1).flatMap((line) => /^\* (\d+) FETCH \(UID (\d+) FLAGS \(([^)]*)\)/.exec(line) ?? [])
    const now = account.state().inbox.messages
    assert.equal(view.length, now.count)
    for (let at = 0; at < now.count; at += 1) {
      const [, number, uid, has] = rows.slice(at * 4, at * 4 + 4)
      assert.equal(Number(number), at + 1)
      assert.equal(view[at] ?? uid, uid)
      if (flags.has(at + 1)) assert.equal(flags.get(at + 1), has)
      else assert.ok(!String(has).includes('Flagged') || view[at] === null, 'a change of flags was told')
    }
    await second.client.close()
    await second.over
    await close()
  }), { numRuns: 60 })
})

test('numbers of messages that went stay until a command that may tell it', async () => {
  const { account, close } = await memoryAccount()
  for (let at = 0; at < 3; at += 1) await file(account)
  const first = leg(account, null, 's SELECT INBOX\r\n')
  await until(first.client, /^s OK/)
  const { picture } = await first.parked
  await account.expunge(account.state().inbox.id, [[1 as Uid, 1 as Uid]], 'always')
  const second = leg(account, picture)
  say(second.client, 'f FETCH 3 (UID)\r\n')
  assert.deepEqual(await until(second.client, /^f /), ['* 3 FETCH (UID 3)', 'f OK FETCH completed'])
  say(second.client, 'n NOOP\r\n')
  assert.deepEqual(await until(second.client, /^n /), ['* 1 EXPUNGE', 'n OK NOOP completed'])
  await second.client.close()
  await close()
})

test('what was switched on stays on', async () => {
  const { account, close } = await memoryAccount()
  const first = leg(account, null, 'e ENABLE CONDSTORE\r\nl LANGUAGE ja\r\ns EXAMINE INBOX\r\ni IDLE\r\n')
  await until(first.client, /^\+/)
  const second = leg(account, (await first.parked).picture)
  await file(account)
  await until(second.client, /^\* 1 EXISTS/)
  say(second.client, 'DONE\r\nx STORE 1 +FLAGS (\\Seen)\r\n')
  assert.match((await until(second.client, /^x /)).at(-1) ?? '', /^x NO|^x BAD/)
  await account.storeFlags(account.state().inbox.id, [[1 as Uid, 1 as Uid]], 'add', ['\\Seen'])
  say(second.client, 'n NOOP\r\n')
  const told = (await until(second.client, /^n /)).join('\n')
  assert.match(told, /MODSEQ/)
  assert.match(told, /n OK NOOPを完了しました$/)
  await second.client.close()
  await close()
})

test('a session that listens by NOTIFY stays, and hears of everything', async () => {
  const { account, close } = await memoryAccount()
  const { client, parked } = leg(account, null, 'a NOTIFY SET (personal (MailboxName MessageNew MessageExpunge))\r\n')
  await until(client, /^a OK/)
  assert.equal(await Promise.race([parked, new Promise((resolve) => setTimeout(resolve, parkAfterMs * 10, 'stays'))]), 'stays')
  await account.createMailbox('News', null)
  await until(client, /^\* LIST \(\\HasNoChildren\) "\/" "News"$/)
  await file(account)
  await until(client, /^\* STATUS "INBOX" \(MESSAGES 1 /)
  await client.close()
  await close()
})

test('a mailbox that is gone, or numbers that do not add up, end the session and never make it wrong', async () => {
  const { account, close } = await memoryAccount()
  await file(account)
  const first = leg(account, null, 's SELECT INBOX\r\n')
  await until(first.client, /^s OK/)
  const { picture } = await first.parked
  const selected = picture['selected'] as Record<string, unknown>
  for (const wrong of [{ count: 2 }, { count: 0 }, { uidValidity: 1 }, { mailbox: 'gone' }]) {
    const second = leg(account, { ...picture, selected: { ...selected, ...wrong } })
    say(second.client, 'n NOOP\r\n')
    assert.match(await second.client.line(), /^\* BYE /)
    await second.over
  }
  await close()
})

test('a session parks only between commands', async () => {
  const { account, close } = await memoryAccount()
  const first = leg(account, null, 'a NO')
  const outcome = await Promise.race([first.parked.then(() => 'parked'), new Promise((resolve) => setTimeout(resolve, parkAfterMs * 10, 'stayed'))])
  assert.equal(outcome, 'stayed')
  say(first.client, 'OP\r\n')
  await until(first.client, /^a OK/)
  await first.parked
  await close()
})
