/** An account over the store in memory and the real seal, reception beside it, and a world that may turn sick. */
import assert from 'node:assert/strict'
import { manualClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, type MailboxId, type Uid } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { memoryStore } from '../../journal/memory-store.ts'
import type { UidRanges } from '../../journal/event.ts'
import type { Append, AppendAnswer, JournalStore } from '../../ports/journal-store.ts'
import { deliveryAppend, deliveryKeys, type Place } from '../arrival.ts'
import { receiveMessage } from '../incoming.ts'
import type { GiveWay } from '../../packs/give-way.ts'
import { PackMemory } from '../../packs/pack-memory.ts'
import { cacheBudget } from '../index-cache.ts'
import type { MailAccount } from '../mail-account.ts'
import { OpenAccount, type AccountPorts } from '../open-account.ts'

export const messageBytesMax = 30_000_000

/** Nobody is waited for. */
const hurried: GiveWay = { asked: () => undefined, turn: () => new Promise((resolve) => void setImmediate(resolve)) }

export const mail = (body: string): Buffer => Buffer.from(`Subject: test\r\n\r\n${body}`)
export const ranges = (...pairs: readonly (readonly [number, number])[]): UidRanges =>
  pairs.map(([from, to]) => [from as Uid, to as Uid])
export const all = ranges([1, 0xffff_ffff])

type Sickness = 'well' | 'replyLost' | 'refusesAppends' | 'away'

/** The store as the account sees it. Counts appends. */
const sickly = (store: JournalStore) => {
  const world = { sickness: 'well' as Sickness, appends: 0, loads: 0, snapshots: 0 }
  const away = (): Fault => new Fault('databaseAway', 'as the test wants it')
  const whileThere = <T>(ask: () => Promise<T>): Promise<T> => (world.sickness === 'away' ? Promise.reject(away()) : ask())
  const append = async (one: Append): Promise<AppendAnswer> => {
    world.appends += 1
    if (world.sickness === 'refusesAppends') throw away()
    const answer = await whileThere(() => store.append(one))
    if (world.sickness === 'replyLost') throw away()
    return answer
  }
  const seen: JournalStore = {
    ...store,
    append,
    load: (account, known) => whileThere(() => store.load(account, known)),
    head: (account) => whileThere(() => store.head(account)),
    eventsAfter(account, seq, limit) {
      world.loads += 1
      return whileThere(() => store.eventsAfter(account, seq, limit))
    },
    async writeSnapshot(account, snapshot) {
      world.snapshots += 1
      await whileThere(() => store.writeSnapshot(account, snapshot))
    },
  }
  return { world, seen }
}

export const given = async (quotaBytes: number | null = null) => {
  const { journal, blobs, life } = memoryStore()
  const account = newAccountHandle()
  await life.openJournal(account, quotaBytes)
  const keys = realSealing.newKeyPair()
  const clock = manualClock(1_700_000_000_000)
  const { world, seen } = sickly(journal)
  const ports: AccountPorts = {
    store: seen,
    blobs,
    sealing: realSealing,
    clock,
    log: silentLog,
    messageBytesMax,
    cacheBudget: cacheBudget(100_000_000),
    packMemory: new PackMemory(),
    giveWay: hurried,
  }
  const privateKey = () => secret(Buffer.from(keys.privateKey.declassify()))
  const delivery = deliveryKeys(realSealing, clock)
  const deliver = async (bytes: Buffer, given: Partial<Pick<Append, 'arrivalDigest'> & { readonly places: readonly Place[] }> = {}): Promise<AppendAnswer> => {
    const receiver = receiveMessage({ sealing: realSealing, blobs }, messageBytesMax)
    await receiver.write(bytes)
    const received = await receiver.finish()
    const use = delivery.keyFor(account, keys.publicKey)
    const body = await received.keep([account])
    const filing = { places: [{ mailbox: null, flags: [] }], internalDateMs: clock.now(), arrivalDigest: null, keepDigest: false, ...given }
    const answer = await journal.append(deliveryAppend(realSealing, { account, delivery: use }, { ...received, body }, filing))
    if (answer.is === 'appended') delivery.stored(account, use)
    await received.discard()
    return answer
  }
  const open = (): Promise<OpenAccount> => OpenAccount.open(account, privateKey(), ports)
  return { account, journal, blobs, life, keys, clock, world, ports, privateKey, delivery, deliver, open }
}

/** APPENDs and gives the UIDs. */
export const append = async (account: MailAccount, mailbox: MailboxId, bodies: readonly Buffer[], flags: readonly string[] = []) => {
  const messages = []
  for (const body of bodies) {
    const incoming = await account.incoming(body.length)
    assert.ok(!('is' in incoming))
    for (let at = 0; at < body.length; at += 50_000) await incoming.write(body.subarray(at, at + 50_000))
    messages.push({ incoming, flags, internalDateMs: 1_600_000_000_000 })
  }
  return account.appendMessages(mailbox, messages)
}

export const bytesOf = async (account: MailAccount, at: number): Promise<Buffer> => {
  const body = await account.body(account.state().inbox.messages.messageId(at))
  assert.ok(body)
  const bytes = await body.read(0, body.sizeBytes)
  await body[Symbol.asyncDispose]()
  return bytes
}

export const named = (account: MailAccount, name: string) => {
  const mailbox = account.state().byName(name)
  assert.ok(mailbox, name)
  return mailbox
}
