/** A domain's DKIM keys, the records that show them, and whether DNS has those. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { keyRecord } from '@bulkhead/mail/dkim/key-record.ts'
import type { DeskVerb } from '../desk.ts'
import { ownDomainOf } from '../signers/own-domain.ts'
import { shownInDns, signersOf } from '../signers/signers.ts'

export const signerList: DeskVerb<'signerList'> = async (desk, ask) => {
  const domain = await ownDomainOf(desk, ask)
  if (domain === undefined) return refused('noSuchDomain')
  const signers = await signersOf(desk, domain)
  const lines = signers.map(async (signer) => {
    const shown = await shownInDns(desk, domain, signer)
    return { ...signer, record: keyRecord(domain, signer), inDns: shown ?? null }
  })
  return answered({ signers: await Promise.all(lines) })
}
