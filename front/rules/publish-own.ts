/** Gives reception a person's rules as they are now, with the addresses that are the person's own. Whoever changed them calls it. */
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { RulesPublisher } from '@bulkhead/mail/rules/publish.ts'

export interface PublishingPorts {
  readonly rules: RulesPublisher
  readonly directory: Pick<SessionDirectory, 'identities'>
}

/** `login`: canonical address. Rejects where the directory is away: then reception goes by what it has. */
export const publishOwn = async ({ rules, directory }: PublishingPorts, account: MailAccount, login: string): Promise<'published' | 'tooLarge'> => {
  const sealed = await directory.identities(account.account)
  const own = [login, ...account.identities(sealed)].flatMap((address) => canonicalAddress(address) ?? [])
  return rules.publish(account, [...new Set(own)])
}
