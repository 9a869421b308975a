/**
 * Mail from one account to another: own mail into a shared mailbox, and back. The server files it anew there (Email/copy, RFC 8621
 * section 4.7), so what was carried has other ids; undo carries it back.
 */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { call, batch } from '../jmap/client.ts'
import type { EmailCopyAnswer, Id, Mailbox, SetAnswer } from '../jmap/types.ts'
import { reloadLists, takeOutOf } from '../store/current.ts'
import type { EmailPatch, Patchable } from '../store/patch.ts'
import { accountOfMailbox, shareOfMailbox } from '../store/shares.ts'
import { syncSoon } from '../store/sync.ts'
import { planned, sendPatches, type Patches } from './change.ts'
import { beginProgress } from './progress.ts'
import { accountOfTarget, factsOf, type Target } from './targets.ts'
import { offerUndo } from './undo.ts'
import { words } from './words.ts'

/** The server reads and seals each of them before it answers. */
const carriedAtOnce = 20

interface Way {
  readonly from: Id
  readonly to: Id
  /** The originals stay. */
  readonly keeps: boolean
}

/** An Email and the mailboxes it goes to. */
type Load = readonly (readonly [emailId: Id, mailboxIds: Readonly<Record<Id, true>>])[]

interface Carried {
  /** Ids there, by those here. */
  readonly made: ReadonlyMap<Id, Id>
  readonly failed: number
  /** There are copies of them, and the originals too. */
  readonly notRemoved: number
}

const carrySome = async ({ from, to, keeps }: Way, load: Load): Promise<Carried> => {
  const create = Object.fromEntries(load.map(([id, mailboxIds]) => [id, { id, mailboxIds }]))
  const asked = ['Email/copy', { accountId: to, fromAccountId: from, create, onSuccessDestroyOriginal: !keeps }] as const
  const [answer, removal] = await batch<readonly [EmailCopyAnswer, Partial<SetAnswer>?]>([asked], { implicit: true })
  const made = new Map(Object.entries(answer.created ?? {}).map(([id, copy]) => [id, copy.id]))
  return { made, failed: load.length - made.size, notRemoved: keeps ? 0 : made.size - (removal?.destroyed?.length ?? 0) }
}

/** In parts; `onPart` hears how many are done and may say no to more. */
const carryAll = async (way: Way, load: Load, onPart: (done: number) => boolean = () => true): Promise<Carried> => {
  const made = new Map<Id, Id>()
  let [failed, notRemoved] = [0, 0]
  try {
    for (let at = 0; at < load.length && onPart(at); at += carriedAtOnce) {
      const part = await carrySome(way, load.slice(at, at + carriedAtOnce))
      for (const [id, copy] of part.made) made.set(id, copy)
      failed += part.failed
      notRemoved += part.notRemoved
    }
  } finally {
    syncSoon([way.from, way.to])
  }
  return { made, failed, notRemoved }
}

const say = ({ failed, notRemoved }: Carried): void => {
  if (failed > 0) toast({ kind: 'error', text: words().failed(failed) })
  if (notRemoved > 0) toast({ kind: 'error', text: words().notRemoved(notRemoved) })
}

/** Keywords by the Email as it was before it was carried. */
type Marks = (email: Patchable) => EmailPatch

/** Set where they arrived, as a change of its own: only a change says something of a message (a report of spam). Gives what takes them off. */
const mark = async (accountId: Id, emails: readonly Patchable[], made: ReadonlyMap<Id, Id>, marks: Marks): Promise<Patches> => {
  const { patches, inverse } = planned(emails, marks)
  const there = (changes: Patches): Patches => new Map([...changes].flatMap(([id, patch]) => {
    const copy = made.get(id)
    return copy === undefined ? [] : [[copy, patch] as const]
  }))
  const outcome = await sendPatches({ accountId, patches: there(patches), inverse: there(inverse) })
  if (outcome.failed > 0) toast({ kind: 'error', text: words().failed(outcome.failed) })
  return outcome.inverse
}

interface Return {
  readonly load: Load
  readonly made: ReadonlyMap<Id, Id>
  /** Takes the marks off that were set there. */
  readonly unmark: Patches
}

const turnBack = async ({ from, to, keeps }: Way, { load, made, unmark }: Return): Promise<void> => {
  takeOutOf((list) => (list.query.accountId === to ? [...made.values()] : []))
  try {
    await sendPatches({ accountId: to, patches: unmark, inverse: new Map() })
    if (keeps) {
      await call<SetAnswer>('Email/set', { accountId: to, destroy: [...made.values()] })
      syncSoon([to])
    } else {
      const back = load.flatMap(([id, mailboxIds]) => {
        const copy = made.get(id)
        return copy === undefined ? [] : [[copy, mailboxIds] as const]
      })
      say(await carryAll({ from: to, to: from, keeps: false }, back))
    }
  } catch {
    toast({ kind: 'error', text: words().unreachable })
  } finally {
    reloadLists()
  }
}

/** What is taken back leaves the one account and comes to the other: only where both allow it. */
const mayTurnBack = (source: Id | undefined, target: Mailbox, keeps: boolean): boolean =>
  target.myRights.mayRemoveItems && (keeps || (shareOfMailbox(source)?.mailbox.myRights.mayAddItems ?? true))

interface Errand extends Pick<Way, 'keeps'> {
  readonly said: (count: number) => string
  readonly marks?: Marks
}

/** To a mailbox of another account. */
export const carry = async (target: Target, to: Mailbox, { keeps, said, marks = () => ({}) }: Errand): Promise<void> => {
  const way: Way = { from: accountOfTarget(target), to: accountOfMailbox(to.id), keeps }
  const progress = beginProgress(target.is === 'all')
  try {
    const facts = await factsOf(target, null, progress.report)
    if (!keeps) takeOutOf((list) => (list.query.accountId === way.from ? facts.map(({ id }) => id) : []))
    const load = facts.map(({ id }) => [id, { [to.id]: true }] as const)
    const done = await carryAll(way, load, (count) => progress.report(count, load.length))
    if (done.failed + done.notRemoved > 0 || target.is === 'all' || progress.stopped()) reloadLists()
    say(done)
    if (done.made.size === 0) return
    const unmark = await mark(way.to, facts, done.made, marks)
    const text = progress.stopped() ? words().stopped(done.made.size) : said(done.made.size)
    announce(text)
    const source = Object.keys(facts[0]?.mailboxIds ?? {})[0]
    const origins = facts.map(({ id, mailboxIds }) => [id, mailboxIds] as const)
    if (mayTurnBack(source, to, keeps)) offerUndo(text, () => turnBack(way, { load: origins, made: done.made, unmark }))
    else toast({ text })
  } catch {
    reloadLists()
    toast({ kind: 'error', text: words().unreachable })
  } finally {
    progress.end()
  }
}
