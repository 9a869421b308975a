/** All mailboxes, by id; their counts follow the server by Mailbox/changes. */
import { computed, signal } from '@preact/signals'
import { batch, call, resultOf } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { ChangesAnswer, GetAnswer, Id, Mailbox } from '../jmap/types.ts'
import { treeOf } from './mailbox-tree.ts'

export const mailboxes = signal<ReadonlyMap<Id, Mailbox>>(new Map())
export const mailboxesLoaded = computed(() => mailboxes.value.size > 0)

/** In the order of the list, with depth. */
export const mailboxTree = computed(() => treeOf([...mailboxes.value.values()]))

let state: string | undefined

export const loadMailboxes = async (): Promise<void> => {
  const answer = await call<GetAnswer<Mailbox>>('Mailbox/get', { ids: null })
  state = answer.state
  mailboxes.value = new Map(answer.list.map((mailbox) => [mailbox.id, mailbox]))
}

export const refreshMailboxes = async (): Promise<void> => {
  if (state === undefined) return loadMailboxes()
  try {
    const [changes, created, updated] = await batch<readonly [ChangesAnswer, GetAnswer<Mailbox>, GetAnswer<Mailbox>]>([
      ['Mailbox/changes', { sinceState: state }],
      ['Mailbox/get', { '#ids': resultOf(0, 'Mailbox/changes', '/created') }],
      ['Mailbox/get', { '#ids': resultOf(0, 'Mailbox/changes', '/updated') }],
    ])
    state = changes.newState
    const next = new Map(mailboxes.value)
    for (const id of changes.destroyed) next.delete(id)
    for (const mailbox of [...created.list, ...updated.list]) next.set(mailbox.id, mailbox)
    mailboxes.value = next
    return changes.hasMoreChanges ? refreshMailboxes() : undefined
  } catch (error) {
    if (errorType(error) !== 'cannotCalculateChanges') throw error
    return loadMailboxes()
  }
}

export const mailboxOfRole = (role: string): Mailbox | undefined => mailboxes.value.values().find((mailbox) => mailbox.role === role)
