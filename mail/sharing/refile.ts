/**
 * COPY and MOVE from one journal to another. A message is read and filed anew, since each journal has keys of its own: a
 * new row, sealed for the target. Everything is filed before anything of the source goes, so that a crash leaves a copy
 * too many and never one too few.
 */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import { positionsOf, rangesOf } from '../account/uid-ranges.ts'
import type { CopyAnswer, IncomingMessage, MailAccount, MailboxState, NewMail } from '../account/mail-account.ts'
import type { UidRanges } from '../journal/event.ts'
import { refuse, type Refused } from '../refusal.ts'
import { storable } from './rights.ts'

/** Messages and bytes filed in one append. */
const messagesPerAppend = 64
const bytesPerAppend = 8 * 1024 * 1024
const chunkBytes = 65_536

export interface Refiling {
  readonly from: MailAccount
  readonly source: MailboxState
  readonly uids: UidRanges
  readonly to: MailAccount
  readonly target: MailboxId
  /** Of the session in the target. */
  readonly rights: string
}

/** The message again; undefined where it is gone. */
const reread = async ({ from, source, to }: Refiling, at: number): Promise<IncomingMessage | undefined | Refused<'overQuota'>> => {
  const body = await from.body(source.messages.messageId(at))
  if (body === undefined) return undefined
  await using open = body
  const incoming = await to.incoming(open.sizeBytes)
  if ('is' in incoming) return refuse('overQuota')
  try {
    for (let offset = 0; offset < open.sizeBytes; offset += chunkBytes) {
      await incoming.write(await open.read(offset, Math.min(chunkBytes, open.sizeBytes - offset)))
    }
    return incoming
  } catch (fault) {
    await incoming.discard()
    throw fault
  }
}

interface Batch {
  readonly uids: Uid[]
  readonly mails: NewMail[]
}

const discarded = async ({ mails }: Batch): Promise<void> => {
  for (const { incoming } of mails) await incoming.discard()
}

/** Adds to `batch` as many messages from position `next` of `positions` on as one append takes. Gives the next position. */
const gather = async (refiling: Refiling, positions: readonly number[], next: number, batch: Batch): Promise<number | Refused<'overQuota'>> => {
  const { messages } = refiling.source
  let bytes = 0
  let place = next
  for (; place < positions.length && batch.mails.length < messagesPerAppend && bytes < bytesPerAppend; place += 1) {
    const at = positions[place] ?? 0
    const incoming = await reread(refiling, at)
    if (incoming === undefined) continue
    if ('is' in incoming) return incoming
    bytes += messages.sizes[at] ?? 0
    batch.uids.push((messages.uids[at] ?? 0) as Uid)
    batch.mails.push({ incoming, flags: storable(refiling.rights, messages.flags(at)), internalDateMs: messages.internalDates[at] ?? 0 })
  }
  return place
}

/** All or none: what was filed goes again where the rest is refused. */
export const copyBetween = async (refiling: Refiling): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
  const { source, to, target } = refiling
  const positions = positionsOf(source.messages, refiling.uids)
  const pairs: (readonly [Uid, Uid])[] = []
  let uidValidity = to.state().mailboxes.get(target)?.uidValidity ?? 0
  const undo = async <R extends Refused>(refused: R): Promise<R> => {
    if (pairs.length > 0) await to.expunge(target, rangesOf(pairs.map(([, filed]) => filed)), 'always')
    return refused
  }
  for (let next = 0; next < positions.length; ) {
    const batch: Batch = { uids: [], mails: [] }
    try {
      const gathered = await gather(refiling, positions, next, batch)
      if (typeof gathered !== 'number') return await undo(gathered)
      next = gathered
      if (batch.mails.length === 0) continue
      const filed = await to.appendMessages(target, batch.mails)
      if (filed.is === 'refused') return await undo(filed)
      uidValidity = filed.uidValidity
      for (const [at, uid] of filed.uids.entries()) pairs.push([batch.uids[at] ?? (0 as Uid), uid])
    } finally {
      await discarded(batch)
    }
  }
  return { is: 'done', uidValidity, uids: pairs }
}

export const moveBetween = async (refiling: Refiling): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
  const copied = await copyBetween(refiling)
  if (copied.is === 'refused' || copied.uids.length === 0) return copied
  const gone = await refiling.from.expunge(refiling.source.id, rangesOf(copied.uids.map(([uid]) => uid)), 'always')
  return gone.is === 'refused' ? gone : copied
}
