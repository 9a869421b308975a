/** What people do with mail: each shows at once, says what it did, and can be undone. For a few messages or a whole mailbox. */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { mailboxName } from '../mailboxes/names.ts'
import type { Args, Id, Mailbox } from '../jmap/types.ts'
import { reloadLists, takeOutOf } from '../store/current.ts'
import { mailboxOfRole } from '../store/mailboxes.ts'
import { movePatch, type EmailPatch, type Patchable } from '../store/patch.ts'
import { planned, sendPatches, showAtOnce, type Patches } from './change.ts'
import { beginProgress } from './progress.ts'
import { factsOf, type Target } from './targets.ts'
import { offerUndo } from './undo.ts'
import { words } from './words.ts'

interface Deed {
  readonly patchOf: (email: Patchable) => EmailPatch
  /** What it needs of an Email to be worth asking for, as a filter. */
  readonly need: Args | null
  readonly said: (count: number) => string
  /** Silent ones say nothing and can't be undone: a message that is opened becomes read. */
  readonly silent?: boolean
}

/** Messages that leave the list they are shown in leave it now. */
const hide = (patches: Patches): void => {
  takeOutOf((list) => {
    const inMailbox = list.query.filter?.['inMailbox']
    if (typeof inMailbox !== 'string' || list.query.isSearch) return []
    return [...patches].filter(([, patch]) => patch[`mailboxIds/${inMailbox}`] === null).map(([id]) => id)
  })
}

const turnBack = async (inverse: Patches): Promise<void> => {
  showAtOnce(inverse)
  const outcome = await sendPatches(inverse, new Map())
  reloadLists()
  if (outcome.failed > 0) toast({ kind: 'error', text: words().failed(outcome.failed) })
}

const perform = async (target: Target, deed: Deed): Promise<void> => {
  const progress = beginProgress(target.is === 'all')
  try {
    const facts = await factsOf(target, deed.need, progress.report)
    const { patches, inverse } = planned(facts, deed.patchOf)
    if (patches.size === 0) {
      if (deed.silent !== true) toast({ text: words().nothingToDo, ms: 3000 })
      return
    }
    showAtOnce(patches)
    hide(patches)
    const outcome = await sendPatches(patches, inverse, (done) => progress.report(done, patches.size))
    if (target.is === 'all' || outcome.failed > 0) reloadLists()
    if (outcome.failed > 0) toast({ kind: 'error', text: words().failed(outcome.failed) })
    if (deed.silent !== true && outcome.done > 0) {
      const said = progress.stopped() ? words().stopped(outcome.done) : deed.said(outcome.done)
      announce(said)
      offerUndo(said, () => turnBack(outcome.inverse))
    }
  } catch {
    reloadLists()
    toast({ kind: 'error', text: words().unreachable })
  } finally {
    progress.end()
  }
}

const move = (target: Target, to: Mailbox | undefined, said: (count: number) => string, extra: EmailPatch = {}): Promise<void> => {
  if (to === undefined) return Promise.resolve()
  return perform(target, { patchOf: (email) => ({ ...movePatch(email, to.id), ...extra }), need: null, said })
}

export const moveTo = (target: Target, to: Mailbox): Promise<void> => move(target, to, (count) => words().moved(count, mailboxName(to)))

export const trash = (target: Target): Promise<void> => move(target, mailboxOfRole('trash'), (count) => words().trashed(count))

export const archive = (target: Target): Promise<void> => move(target, mailboxOfRole('archive'), (count) => words().archived(count))

/** `$junk` and `$notjunk` (RFC 8621 section 4.1.1) tell the platform's filter what the person thinks. */
export const junk = (target: Target): Promise<void> =>
  move(target, mailboxOfRole('junk'), (count) => words().junked(count), { 'keywords/$junk': true, 'keywords/$notjunk': null })

export const notJunk = (target: Target): Promise<void> =>
  move(target, mailboxOfRole('inbox'), (count) => words().notJunked(count), { 'keywords/$junk': null, 'keywords/$notjunk': true })

const keyword = (target: Target, name: string, on: boolean, said: (count: number) => string, silent = false): Promise<void> =>
  perform(target, { patchOf: () => ({ [`keywords/${name}`]: on ? true : null }), need: on ? { notKeyword: name } : { hasKeyword: name }, said, silent })

export const markSeen = (target: Target, on: boolean, silent = false): Promise<void> =>
  keyword(target, '$seen', on, (count) => (on ? words().seen(count) : words().unseen(count)), silent)

export const star = (target: Target, on: boolean, silent = false): Promise<void> =>
  keyword(target, '$flagged', on, (count) => (on ? words().starred(count) : words().unstarred(count)), silent)

/** A label is one more mailbox that a message is in. */
export const label = (target: Target, mailbox: Mailbox, on: boolean): Promise<void> =>
  perform(target, {
    patchOf: (email) => (!on && Object.keys(email.mailboxIds).length === 1 ? {} : { [`mailboxIds/${mailbox.id}`]: on ? true : null }),
    need: on ? null : { inMailbox: mailbox.id },
    said: (count) => (on ? words().labelled(count, mailboxName(mailbox)) : words().unlabelled(count, mailboxName(mailbox))),
  })

export const these = (ids: readonly Id[]): Target => ({ is: 'these', ids })
