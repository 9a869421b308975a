/**
 * Clients of every dialect do things to the same mailboxes at once, through two mailrooms: in the end each has believed
 * itself to exactly the mailbox there is, and one that was away and comes back with QRESYNC as well.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { systemClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { openAccounts } from '@bulkhead/mail/account/open-accounts.ts'
import { memoryStore } from '@bulkhead/mail/journal/memory-store.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { sessionOf } from '../../../test/golden/in-process.ts'
import { LetGo, Mirror, type Copy, type Dialect, type Store } from './mirror.ts'

/** One account open in two mailrooms. */
const world = async (): Promise<{ readonly rooms: readonly [MailAccount, MailAccount]; close(): Promise<void> }> => {
  const { journal, blobs, life } = memoryStore()
  const account = newAccountHandle()
  await life.openJournal(account, null)
  const { privateKey } = realSealing.newKeyPair()
  const room = async () =>
    openAccounts({ store: journal, blobs, sealing: realSealing, clock: systemClock, log: silentLog, messageBytesMax: 100_000 })
      .acquire(account, secret(Buffer.from(privateKey.declassify())))
  const [one, other] = [await room(), await room()]
  return { rooms: [one.mail, other.mail], close: async () => void (await Promise.all([one.release(), other.release()])) }
}

/** One person's programme: its connection, and what it still knows when it has none. */
class Player {
  readonly #room: MailAccount
  readonly #dialect: Dialect
  #mirror: Mirror | undefined
  #copy: Copy | null = null

  constructor(room: MailAccount, dialect: Dialect) {
    this.#room = room
    this.#dialect = dialect
  }

  async mirror(): Promise<Mirror> {
    if (this.#mirror === undefined) {
      this.#mirror = await Mirror.open((await sessionOf(this.#room)).client, this.#dialect)
      await this.resume(this.#mirror, this.#copy)
    }
    return this.#mirror
  }

  async resume(mirror: Mirror, copy: Copy | null): Promise<void> {
    if (copy !== null && this.#dialect === 'qresync') await mirror.resume(copy)
    else await mirror.select(copy?.mailbox ?? 'INBOX')
  }

  async away(): Promise<void> {
    this.#copy = (await this.#mirror?.leave()) ?? this.#copy
    this.#mirror = undefined
  }

  /** A server that says BYE (the mailbox was deleted) is come back to. */
  async play(step: Step): Promise<void> {
    try {
      const mirror = await this.mirror()
      if (step.name !== 'idle') await mirror.endIdle()
      await step.act(mirror, this)
    } catch (error) {
      if (!(error instanceof LetGo)) throw error
      await this.away()
    }
  }

  /** Told all there is, and no longer in IDLE. */
  async settled(): Promise<Mirror> {
    await this.play(step('settle', async (mirror) => {
      await mirror.act('NOOP', true)
      await mirror.learn()
    }))
    return this.mirror()
  }
}

interface Step {
  readonly name: string
  act(mirror: Mirror, player: Player): Promise<void>
}

const step = (name: string, act: Step['act']): Step => ({ name, act, [fc.toStringMethod]: () => name }) as Step

const mailbox = fc.constantFrom('INBOX', 'INBOX', 'Other')
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
const stores: fc.Arbitrary<Store> = fc.record({
  numbers,
  mode: fc.constantFrom('', '+', '-'),
  flag: fc.constantFrom('\\Seen', '\\Deleted', '\\Deleted', '$Work'),
  silent: fc.boolean(),
  byUid: fc.boolean(),
  unchangedSince: fc.boolean(),
})

const transfer = (verb: 'COPY' | 'MOVE', byUid: boolean, some: readonly number[], to: string): Step =>
  step(`${verb} ${some.join(',')} ${to}`, async (mirror) => {
    const there = some.filter((number) => number <= mirror.count)
    const uids = mirror.uidSet(there)
    if (there.length === 0 || uids === '') return
    if (byUid || mirror.dialect === 'uidOnly') await mirror.act(`UID ${verb} ${uids} ${to}`, true)
    else await mirror.act(`${verb} ${there.join(',')} ${to}`, true)
  })

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: stores.map((store) => step(`STORE ${JSON.stringify(store)}`, (mirror) => mirror.store(store))) },
  { weight: 3, arbitrary: mailbox.map((to) => step(`APPEND ${to}`, (mirror) => mirror.act(`APPEND ${to} {9+}\r\nA: b\r\n\r\nx`, true))) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('MOVE' as const, 'COPY' as const, 'MOVE' as const), fc.boolean(), numbers, mailbox).map((all) => transfer(...all)) },
  { weight: 2, arbitrary: fc.constant(step('EXPUNGE', (mirror) => mirror.act('EXPUNGE', true))) },
  numbers.map((some) => step(`UID EXPUNGE ${some.join(',')}`, (mirror) => mirror.act(`UID EXPUNGE ${mirror.uidSet(some) || '1'}`, true))),
  fc.constant(step('NOOP', (mirror) => mirror.act('NOOP', true))),
  fc.constant(step('learn', (mirror) => mirror.learn())),
  fc.constant(step('FETCH', async (mirror) => {
    if (mirror.count > 0 && mirror.dialect !== 'uidOnly') await mirror.act(`FETCH 1:* (FLAGS${mirror.dialect === 'qresync' ? ' MODSEQ' : ''})`, false)
  })),
  fc.constant(step('idle', (mirror) => mirror.beginIdle())),
  mailbox.map((name) => step(`SELECT ${name}`, (mirror) => mirror.select(name))),
  fc.constant(step('CLOSE', async (mirror, player) => {
    if (mirror.mailbox !== null) await player.resume(mirror, await mirror.close())
  })),
  { weight: 3, arbitrary: fc.constant(step('away', (_, player) => player.away())) },
  fc.constant(step('DELETE', async (mirror) => {
    await mirror.act('DELETE Other', false)
    await mirror.select('INBOX')
  })),
  { weight: 2, arbitrary: fc.constant(step('CREATE', (mirror) => mirror.act('CREATE Other', false))) },
  fc.constant(step('RENAME', (mirror) => mirror.act('RENAME Other Third', false))),
)

interface Turn {
  readonly who: number
  readonly what: Step
  /** Everybody ends what he does before the next turn. */
  readonly waits: boolean
}

const turns: fc.Arbitrary<readonly Turn[]> = fc.array(fc.record({ who: fc.nat(2), what: steps, waits: fc.boolean() }), { minLength: 5, maxLength: 40 })
const dialects = fc.tuple(...Array.from({ length: 3 }, () => fc.constantFrom<Dialect>('plain', 'notify', 'condstore', 'qresync', 'qresync', 'rev2', 'uidOnly')))

const truth = (account: MailAccount, mailboxId: string) => {
  const messages = [...account.state().mailboxes.values()].find(({ id }) => id === mailboxId)?.messages
  return Array.from({ length: messages?.count ?? 0 }, (_, at) => [messages?.uids[at] ?? 0, [...(messages?.flags(at) ?? [])].sort().join(' ')] as const)
}

const lived = async (players: readonly Player[], history: readonly Turn[]): Promise<void> => {
  const busy = players.map(() => Promise.resolve())
  for (const { who, what, waits } of history) {
    const player = players[who]
    if (player !== undefined) busy[who] = (busy[who] ?? Promise.resolve()).then(() => player.play(what))
    if (waits) await Promise.allSettled(busy)
  }
  await Promise.all(busy)
}

/** Plays so many random histories; a failure names the one it was. */
export const histories = (count: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(dialects, turns, async (spoken, history) => {
      const { rooms, close } = await world()
      const players = spoken.map((dialect, who) => new Player(rooms[who % 2 === 0 ? 0 : 1], dialect))
      try {
        await lived(players, history)
        await Promise.all(rooms.map((room) => room.refresh()))
        for (const player of players) {
          const mirror = await player.settled()
          if (mirror.mailbox !== null) assert.deepEqual(mirror.view(), truth(rooms[0], mirror.mailboxId))
        }
      } finally {
        for (const player of players) await player.away()
        await close()
      }
    }),
    // How the players interleave is not the same twice: a shorter history would be another one.
    { numRuns: count, endOnFailure: true },
  )
