/**
 * What people type as their login, as the canonical address it means: the full address in any case, or `user%domain`,
 * which old clients that cut a login at `@` were told to use. A bare local part names nobody: a cell has many domains.
 */
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'

/** Of what was typed; the rest of a longer login can't make it anybody's. */
export const loginLengthMax = 512

export const loginAddress = (login: string): string | undefined => {
  const typed = login.trim()
  const percent = typed.lastIndexOf('%')
  const full = typed.includes('@') || percent < 0 ? typed : `${typed.slice(0, percent)}@${typed.slice(percent + 1)}`
  return canonicalAddress(full)
}
