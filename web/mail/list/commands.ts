/** What can be done with what is chosen: one table for the toolbar, its menu and the keys. */
import { computed } from '@preact/signals'
import type { Icon } from '../../kit/icon.tsx'
import { IconArchive, IconCopy, IconJunk, IconLabel, IconMail, IconMailOpen, IconMove, IconStar, IconTrash } from '../../kit/icons.ts'
import { archive, junk, markSeen, notJunk, star, trash } from '../actions/actions.ts'
import type { Target } from '../actions/targets.ts'
import type { Id } from '../jmap/types.ts'
import { labelling } from '../labels/choose-labels.tsx'
import { knownRow } from '../store/emails.ts'
import { mailboxOfRole } from '../store/mailboxes.ts'
import { shares } from '../store/shares.ts'
import { openEmailId, roleHere, shareHere } from '../place.ts'
import { choosing } from './choose-mailbox.tsx'
import { askDestroy } from './destroy-dialog.tsx'
import { closeEmail, goAfter } from './open.ts'
import { clearChoice, targetNow, targetOf } from './selection.ts'
import { words } from './words.ts'

export interface Command {
  readonly name: 'trash' | 'destroy' | 'archive' | 'junk' | 'notJunk' | 'move' | 'copy' | 'label' | 'seen' | 'unseen' | 'star' | 'unstar'
  readonly label: string
  readonly icon: Icon
  /** As the help and the menus show it. */
  readonly key: string
  readonly isThere: boolean
}

/** What a share has no place for is not there: it is one mailbox, without labels or archive. What is taken out of it goes to the person's own. */
export const commands = (): readonly Command[] => {
  const text = words()
  const role = roleHere.value
  const rights = shareHere.value?.mailbox.myRights
  const own = rights === undefined
  const [mayRemove, maySetSeen, maySetKeywords] = [rights?.mayRemoveItems ?? true, rights?.maySetSeen ?? true, rights?.maySetKeywords ?? true]
  return [
    { name: role === 'trash' ? 'destroy' : 'trash', label: role === 'trash' ? text.destroy : text.trash, icon: IconTrash, key: '#', isThere: mayRemove },
    { name: 'archive', label: text.archive, icon: IconArchive, key: 'e', isThere: own && role !== 'archive' && mailboxOfRole('archive') !== undefined },
    { name: role === 'junk' ? 'notJunk' : 'junk', label: role === 'junk' ? text.notJunk : text.junk, icon: IconJunk, key: '!', isThere: mayRemove },
    { name: 'move', label: text.move, icon: IconMove, key: 'v', isThere: mayRemove },
    { name: 'copy', label: text.copy, icon: IconCopy, key: '', isThere: shares.value.size > 0 },
    { name: 'seen', label: text.seen, icon: IconMailOpen, key: 'Shift+I', isThere: maySetSeen },
    { name: 'unseen', label: text.unseen, icon: IconMail, key: 'Shift+U', isThere: maySetSeen },
    { name: 'label', label: text.label, icon: IconLabel, key: 'l', isThere: own },
    { name: 'star', label: text.star, icon: IconStar, key: 's', isThere: maySetKeywords },
    { name: 'unstar', label: text.unstar, icon: IconStar, key: '', isThere: maySetKeywords },
  ]
}

/** Whether it may be done where the page is. */
export const isOffered = (name: Command['name']): boolean => commands().some((command) => command.name === name && command.isThere)

/** Every row looks at this one; it changes with the place, not with each count. */
export const mayStar = computed(() => isOffered('star'))

const leaves = new Set<Command['name']>(['trash', 'archive', 'junk', 'notJunk'])

/** At once, and also what a search found, where it stays in the list. */
const leave = (target: Target): void => {
  if (target.is === 'these') goAfter(new Set(target.ids))
}

const allStarred = (target: Target): boolean => target.is === 'these' && target.ids.every((id) => knownRow(id)?.keywords['$flagged'] === true)

const deeds: Record<Command['name'], (target: Target) => void> = {
  trash: (target) => void trash(target),
  destroy: askDestroy,
  archive: (target) => void archive(target),
  junk: (target) => void junk(target),
  notJunk: (target) => void notJunk(target),
  move: (target) => {
    choosing.value = { target, keeps: false }
  },
  copy: (target) => {
    choosing.value = { target, keeps: true }
  },
  label: (target) => {
    labelling.value = target
  },
  seen: (target) => void markSeen(target, true),
  unseen: (target) => void markSeen(target, false),
  star: (target) => void star(target, !allStarred(target), target.is === 'these' && target.ids.length === 1),
  unstar: (target) => void star(target, false),
}

/** Does it to what is chosen, open, or under the keys; false where that is nothing. */
export const runCommand = (name: Command['name']): boolean => {
  const target = targetNow()
  if (target === undefined || !isOffered(name)) return false
  if (leaves.has(name)) leave(target)
  if (leaves.has(name) || name === 'seen' || name === 'unseen') clearChoice()
  deeds[name](target)
  // Marking unread and going back to the list is one step.
  if (name === 'unseen' && openEmailId.peek() !== undefined) closeEmail()
  return true
}

/** It, and what is in its row with it, goes to Junk; whatever is open by now. */
export const junkAsPhishing = (id: Id): void => {
  const target = targetOf([id])
  leave(target)
  clearChoice()
  void junk(target, id)
}
