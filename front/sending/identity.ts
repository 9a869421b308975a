/**
 * Which addresses a session may send as (RFC 6409 section 6.1): those that lead to the account, and those of its brand that
 * were granted to it. The login itself needs no question; others are asked of vault and directory once a session.
 */
import { canonicalOf, parseAddress } from '@bulkhead/mail/address/address.ts'
import type { LoggedIn } from '../mailroom/session.ts'
import type { SendingPorts } from './ports.ts'

export interface Identity {
  owns(address: string): Promise<boolean>
}

/** Addresses remembered in a session; beyond that they are asked again. */
const rememberedMax = 256

export const identity = (who: LoggedIn, { directory, indexOf }: Pick<SendingPorts, 'directory' | 'indexOf'>): Identity => {
  const known = new Map<string, boolean>()
  return {
    async owns(text) {
      const parsed = parseAddress(text)
      if (parsed === undefined) return false
      const address = canonicalOf(parsed)
      if (address === who.login) return true
      const before = known.get(address)
      if (before !== undefined) return before
      // A foreign domain needs no index, and the vault is spared the question.
      const owned =
        (await directory.isLocalDomain(parsed.domain)) &&
        (await directory.maySendAs(who.account, await indexOf(address)))
      if (known.size < rememberedMax) known.set(address, owned)
      return owned
    },
  }
}
