/** Mailboxes in the order in which people look for them: those with a role first, then by name, children below their parents. Pure. */
import type { Id, Mailbox } from '../jmap/types.ts'

export interface TreeRow {
  readonly mailbox: Mailbox
  readonly depth: number
  readonly hasChildren: boolean
}

const roleOrder = ['inbox', 'flagged', 'important', 'drafts', 'sent', 'archive', 'all', 'junk', 'trash']
/** Deeper ones are shown at this depth. */
const depthMax = 10

const rank = ({ role }: Mailbox): number => {
  const at = role === null ? -1 : roleOrder.indexOf(role)
  return at < 0 ? roleOrder.length : at
}

const collator = new Intl.Collator('ja', { numeric: true })

const compare = (a: Mailbox, b: Mailbox): number => rank(a) - rank(b) || a.sortOrder - b.sortOrder || collator.compare(a.name, b.name)

export const treeOf = (all: readonly Mailbox[]): readonly TreeRow[] => {
  const byParent = new Map<Id | null, Mailbox[]>()
  const ids = new Set(all.map(({ id }) => id))
  for (const mailbox of all) {
    const parent = mailbox.parentId !== null && ids.has(mailbox.parentId) && mailbox.role === null ? mailbox.parentId : null
    byParent.set(parent, [...(byParent.get(parent) ?? []), mailbox])
  }
  const rows: TreeRow[] = []
  const walk = (parent: Id | null, depth: number): void => {
    for (const mailbox of (byParent.get(parent) ?? []).toSorted(compare)) {
      rows.push({ mailbox, depth: Math.min(depth, depthMax), hasChildren: byParent.has(mailbox.id) })
      walk(mailbox.id, depth + 1)
    }
  }
  walk(null, 0)
  return rows
}
