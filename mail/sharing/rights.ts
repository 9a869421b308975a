/** What letters of RFC 4314 allow: which flags may be stored, which operations done. */
import { inOrder, visibleRights } from '../journal/acl.ts'
import type { RightsChange } from '../account/mail-account.ts'

export const has = (rights: string, needed: string): boolean => [...needed].every((right) => rights.includes(right))

/** Section 4: `s` for \Seen, `t` for \Deleted, `w` for every other flag. */
const rightFor = (flag: string): string => {
  switch (flag.toLowerCase()) {
    case '\\seen':
      return 's'
    case '\\deleted':
      return 't'
    default:
      return 'w'
  }
}

export const storesEveryFlag = (rights: string): boolean => has(rights, 'swt')

export const storable = (rights: string, flags: readonly string[]): readonly string[] =>
  flags.filter((flag) => rights.includes(rightFor(flag)))

/** What SETACL makes of an identifier's rights. Whoever has none of those that show the mailbox has none at all. */
export const changedRights = (present: string, { mode, rights }: RightsChange): string => {
  const sum = mode === 'replace' ? rights : mode === 'add' ? present + rights : [...present].filter((right) => !rights.includes(right)).join('')
  const shows = mode === 'remove' ? has(sum, visibleRights) : [...visibleRights].some((right) => sum.includes(right))
  return shows ? inOrder(sum + visibleRights) : ''
}
