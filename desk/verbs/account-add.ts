/**
 * A new account. Key first, then the journal, the directory last: until then nobody can write to it or log in, so a crash
 * leaves a key and an empty journal that mean nothing, and the command can be given again.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { bytesOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { indexOf, removeTraces } from '../accounts.ts'
import { addressOf, quotaOf } from '../ask.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const passwordBytesMax = 1_024

const brandOfDomain = async ({ directory }: Desk, domain: string): Promise<string | undefined> =>
  (await directory.domains()).find((known) => known.domain === domain)?.brand

export const accountAdd: DeskVerb<'accountAdd'> = async (desk, ask) => {
  const { vault, warden, directory, life } = desk
  const typed = addressOf(ask, 'address')
  const password = base64(bytesOf(ask, 'password', passwordBytesMax))
  const quotaBytes = quotaOf(ask)
  if (typed === undefined) return refused('badAddress')
  const { address, domain } = typed
  const brand = await brandOfDomain(desk, domain)
  if (brand === undefined) return refused('noSuchDomain')
  const index = await indexOf(desk, address)
  if (index === undefined) return refused('overBudget')
  if ((await directory.find(index)) !== undefined) return refused('exists')

  const made = await warden.ask('newAccount', { address, password, set: brand })
  if (made.is === 'refused') return made
  const { account, publicKey, credential, address: sealedAddress, escrow } = made.answer
  await life.openJournal(account, quotaBytes)
  const became = await directory.addAccount(
    {
      account,
      brand,
      publicKey: Buffer.from(publicKey, 'base64'),
      credential,
      address: sealedAddress,
      escrow: escrow === null ? null : Buffer.from(escrow, 'base64'),
    },
    domain,
  )
  if (became === 'added') return { ...answered({ account }), about: account }
  await vault.ask('destroy', { account })
  await removeTraces(desk, account)
  return refused(became)
}
