/** The keys of the mail, as Gmail made them usual. */
import { signal } from '@preact/signals'
import type { Shortcut } from '../../kit/keys.ts'
import { goTo } from '../../kit/router.ts'
import { toast } from '../../kit/toast.tsx'
import { undoLast } from '../actions/undo.ts'
import { compose } from '../compose/requests.ts'
import { commands, runCommand, type Command } from '../list/commands.ts'
import { closeEmail, goOn, openEmail } from '../list/open.ts'
import { chooseKnown, chosen, clearChoice, cursor, toggle } from '../list/selection.ts'
import { openEmailId, pathOfSearch, shareHere } from '../place.ts'
import { searchInputId } from '../search/search-box.tsx'
import { words as sharedWords } from '../shares/words.ts'
import { knownRow } from '../store/emails.ts'
import { words } from './words.ts'

export const helpOpen = signal(false)

const isSeen = (id: string): boolean => knownRow(id)?.keywords['$seen'] === true

/** Back from a message; out of a choice; else nothing. */
const goBack = (): boolean => {
  if (openEmailId.peek() !== undefined) closeEmail()
  else if (chosen.peek().size > 0) clearChoice()
  else return false
  return true
}

const openHere = (): boolean => {
  const id = cursor.peek()
  if (id === undefined || openEmailId.peek() !== undefined) return false
  openEmail(id)
  return true
}

const toggleHere = (): boolean => {
  const id = cursor.peek()
  if (id !== undefined) toggle(id)
  return id !== undefined
}

const answer = (is: 'reply' | 'replyAll' | 'forward'): boolean => {
  const emailId = openEmailId.peek() ?? cursor.peek()
  if (emailId === undefined) return false
  compose({ is, emailId })
  return true
}

const moving = (): readonly Shortcut[] => {
  const group = () => words().moving
  const go = (keys: string, name: () => string, path: string): Shortcut => ({ keys, name, group, run: () => goTo(path) })
  return [
    { keys: 'j', name: () => words().next, group, run: () => goOn(1) },
    { keys: 'k', name: () => words().previous, group, run: () => goOn(-1) },
    { keys: 'o', name: () => words().open, group, run: openHere },
    { keys: 'Enter', name: () => words().open, group, run: openHere },
    { keys: 'u', name: () => words().back, group, run: goBack },
    { keys: 'Escape', name: () => words().back, group, run: goBack },
    { keys: '/', name: () => words().search, group, run: () => document.getElementById(searchInputId)?.focus() },
    go('g i', () => words().inbox, '/mail/inbox'),
    go('g s', () => words().starred, pathOfSearch('is:starred')),
    go('g d', () => words().drafts, '/mail/drafts'),
    go('g t', () => words().sent, '/mail/sent'),
    go('g a', () => words().allMail, '/mail/archive'),
    go('g #', () => words().trashBox, '/mail/trash'),
    { keys: '?', name: () => words().help, group, run: () => void (helpOpen.value = true) },
  ]
}

const choosing = (): readonly Shortcut[] => {
  const group = () => words().choosing
  return [
    { keys: 'x', name: () => words().select, group, run: toggleHere },
    { keys: '* a', name: () => words().all, group, run: () => chooseKnown() },
    { keys: '* n', name: () => words().none, group, run: clearChoice },
    { keys: '* r', name: () => words().read, group, run: () => chooseKnown(isSeen) },
    { keys: '* u', name: () => words().unread, group, run: () => chooseKnown((id) => !isSeen(id)) },
  ]
}

const labelOf = (name: Command['name']): string => commands().find((command) => command.name === name)?.label ?? ''

/** In a shared mailbox a key that does nothing says so. */
const sayWhyNot = (): boolean => {
  if (shareHere.peek() === undefined) return false
  toast({ text: sharedWords().notHere })
  return true
}

const acting = (): readonly Shortcut[] => {
  const group = () => words().acting
  const command = (keys: string, ...names: readonly Command['name'][]): Shortcut => ({
    keys,
    group,
    name: () => names.map(labelOf).find((label) => label !== '') ?? '',
    run: () => {
      const found = commands().find(({ name, isThere }) => isThere && names.includes(name))
      return found === undefined ? sayWhyNot() : runCommand(found.name)
    },
  })
  return [
    command('#', 'trash', 'destroy'),
    command('Delete', 'trash', 'destroy'),
    command('e', 'archive'),
    command('!', 'junk', 'notJunk'),
    command('s', 'star'),
    command('l', 'label'),
    command('v', 'move'),
    command('Shift+I', 'seen'),
    command('Shift+U', 'unseen'),
    { keys: 'z', name: () => words().undo, group, run: undoLast },
  ]
}

const writing = (): readonly Shortcut[] => {
  const group = () => words().writing
  return [
    { keys: 'c', name: () => words().compose, group, run: () => compose({ is: 'new' }) },
    { keys: 'r', name: () => words().reply, group, run: () => answer('reply') },
    { keys: 'a', name: () => words().replyAll, group, run: () => answer('replyAll') },
    { keys: 'f', name: () => words().forward, group, run: () => answer('forward') },
  ]
}

export const bindings = (): readonly Shortcut[] => [...moving(), ...choosing(), ...acting(), ...writing()]
