/** What people do with mail: each shows at once, says what it did, and can be undone. For a few messages or a whole mailbox. */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { mailboxName } from '../mailboxes/names.ts'
import type { Args, Id, Mailbox } from '../jmap/types.ts'
import { reloadLists, takeOutOf } from '../store/current.ts'
import { mailboxOfRole } from '../store/mailboxes.ts'
import { movePatch, type EmailPatch, type Patchable } from '../store/patch.ts'
import { accountOfMailbox } from '../store/shares.ts'
import { carry } from './carry.ts'
import { planned, sendPatches, showAtOnce, type Patches } from './change.ts'
import { beginProgress } from './progress.ts'
import { accountOfTarget, factsOf, type Target } from './targets.ts'
import { offerUndo } from './undo.ts'
import { words } from './words.ts'

interface Deed {
  readonly patchOf: (email: Patchable) => EmailPatch
  /** What it needs of an Email to be worth asking for, as a filter. */
  readonly need: Args | null
  readonly said: (count: number) => string
  /** Silent ones say nothing and can't be undone: a message that is opened becomes read. */
  readonly silent?: boolean
  /** Who reads a message reads on when it has left the list by this. */
  readonly stays?: boolean
}

/** Messages that leave the list they are shown in leave it now. */
const hide = (patches: Patches, stays: boolean): void => {
  takeOutOf((list) => {
    const inMailbox = list.query.filter?.['inMailbox']
    if (typeof inMailbox !== 'string' || list.query.isSearch) return []
    return [...patches].filter(([, patch]) => patch[`mailboxIds/${inMailbox}`] === null).map(([id]) => id)
  }, stays)
}

const turnBack = async (accountId: Id, inverse: Patches, stays: boolean): Promise<void> => {
  showAtOnce(inverse)
  hide(inverse, stays)
  try {
    const { failed } = await sendPatches({ accountId, patches: inverse, inverse: new Map() })
    if (failed > 0) toast({ kind: 'error', text: words().failed(failed) })
  } finally {
    reloadLists()
  }
}

const perform = async (target: Target, deed: Deed): Promise<void> => {
  const { stays = false } = deed
  const accountId = accountOfTarget(target)
  const progress = beginProgress(target.is === 'all')
  try {
    const facts = await factsOf(target, deed.need, progress.report)
    const { patches, inverse } = planned(facts, deed.patchOf)
    if (patches.size === 0) {
      if (deed.silent !== true) toast({ text: words().nothingToDo, ms: 3000 })
      return
    }
    showAtOnce(patches)
    hide(patches, stays)
    const outcome = await sendPatches({ accountId, patches, inverse }, (done) => progress.report(done, patches.size))
    if (target.is === 'all' || outcome.failed > 0) reloadLists()
    if (outcome.failed > 0) toast({ kind: 'error', text: words().failed(outcome.failed) })
    if (deed.silent !== true && outcome.done > 0) {
      const said = progress.stopped() ? words().stopped(outcome.done) : deed.said(outcome.done)
      announce(said)
      offerUndo(said, () => turnBack(accountId, outcome.inverse, stays))
    }
  } catch {
    reloadLists()
    toast({ kind: 'error', text: words().unreachable })
  } finally {
    progress.end()
  }
}

/** Each as it is planned for it. */
export const changeEach = (patches: Patches, said: (count: number) => string): Promise<void> =>
  perform({ is: 'these', ids: [...patches.keys()] }, { patchOf: ({ id }) => patches.get(id) ?? {}, need: null, said })

const move = (target: Target, to: Mailbox | undefined, said: (count: number) => string, marks: Deed['patchOf'] = () => ({})): Promise<void> => {
  if (to === undefined) return Promise.resolve()
  if (accountOfMailbox(to.id) !== accountOfTarget(target)) return carry(target, to, { keeps: false, said, marks })
  return perform(target, { patchOf: (email) => ({ ...movePatch(email, to.id), ...marks(email) }), need: null, said })
}

export const moveTo = (target: Target, to: Mailbox): Promise<void> => move(target, to, (count) => words().moved(count, mailboxName(to)))

/** Into a mailbox of another account, where it is then too. */
export const copyTo = (target: Target, to: Mailbox): Promise<void> =>
  carry(target, to, { keeps: true, said: (count) => words().copied(count, mailboxName(to)) })

export const trash = (target: Target): Promise<void> => move(target, mailboxOfRole('trash'), (count) => words().trashed(count))

export const archive = (target: Target): Promise<void> => move(target, mailboxOfRole('archive'), (count) => words().archived(count))

const asJunk: EmailPatch = { 'keywords/$junk': true, 'keywords/$notjunk': null }

/** `$junk` and `$notjunk` (RFC 8621 section 4.1.1) tell the platform's filter what the person thinks. `phishing`: the one that is that besides. */
export const junk = (target: Target, phishing?: Id): Promise<void> =>
  move(target, mailboxOfRole('junk'), (count) => words().junked(count), ({ id }) => (id === phishing ? { ...asJunk, 'keywords/$phishing': true } : asJunk))

export const notJunk = (target: Target): Promise<void> =>
  move(target, mailboxOfRole('inbox'), (count) => words().notJunked(count), () => ({ 'keywords/$junk': null, 'keywords/$notjunk': true }))

const keyword = (target: Target, name: string, on: boolean, said: (count: number) => string, silent = false): Promise<void> =>
  perform(target, { patchOf: () => ({ [`keywords/${name}`]: on ? true : null }), need: on ? { notKeyword: name } : { hasKeyword: name }, said, silent })

export const markSeen = (target: Target, on: boolean, silent = false): Promise<void> =>
  keyword(target, '$seen', on, (count) => (on ? words().seen(count) : words().unseen(count)), silent)

export const star = (target: Target, on: boolean, silent = false): Promise<void> =>
  keyword(target, '$flagged', on, (count) => (on ? words().starred(count) : words().unstarred(count)), silent)

/** Labels that are put on (true) or taken off; who would be in no mailbox is archived. */
const labelPatch = (email: Patchable, changes: ReadonlyMap<Id, boolean>): EmailPatch => {
  const left = Object.keys(email.mailboxIds).filter((id) => changes.get(id) !== false)
  const put = [...changes].filter(([, on]) => on)
  const home = left.length + put.length === 0 ? (mailboxOfRole('archive') ?? mailboxOfRole('inbox'))?.id : undefined
  return {
    ...Object.fromEntries([...changes].map(([id, on]) => [`mailboxIds/${id}`, on ? true : null])),
    ...(home === undefined ? {} : { [`mailboxIds/${home}`]: true }),
  }
}

/** A label is one more mailbox that a message is in. */
export const label = (target: Target, mailbox: Mailbox, on: boolean): Promise<void> =>
  perform(target, {
    patchOf: (email) => labelPatch(email, new Map([[mailbox.id, on]])),
    need: on ? null : { inMailbox: mailbox.id },
    said: (count) => (on ? words().labelled(count, mailboxName(mailbox)) : words().unlabelled(count, mailboxName(mailbox))),
    stays: true,
  })

/** Several labels at once, undone at once. */
export const relabel = (target: Target, changes: ReadonlyMap<Id, boolean>): Promise<void> =>
  perform(target, { patchOf: (email) => labelPatch(email, changes), need: null, said: (count) => words().relabelled(count), stays: true })

export const these = (ids: readonly Id[]): Target => ({ is: 'these', ids })
