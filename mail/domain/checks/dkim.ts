/** DKIM (RFC 6376, 8463): the keys that the vault signs with, or will. */
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { keyRecord, showsKey } from '../../dkim/key-record.ts'
import { good, recordCheck, wrong, type Check, type DomainFacts } from '../check.ts'

const because: Readonly<Record<Signer['state'], string>> = {
  signing: 'Mail is signed with this key, and without the record the signature counts as none. Add it.',
  published: 'This key begins to sign once the record is there. Add it.',
  retired: 'What this key signed may still be on its way. Leave the record until the key is destroyed.',
}

export const dkim = ({ domain, signers }: DomainFacts): readonly Check[] => signers.map((signer) => {
  const { name, strings } = keyRecord(domain, signer)
  return recordCheck({
    what: `DKIM ${signer.selector}`, rfc: signer.algorithm === 'ed25519-sha256' ? '8463' : '6376',
    need: signer.state === 'signing' && signer.algorithm === 'rsa-sha256' ? 'necessary' : 'recommended',
    name, type: 'TXT', wanted: [strings.join('')], missing: because[signer.state],
    judge({ records }) {
      return records.some((record) => showsKey(record, signer)) ? good() : wrong('The record shows another key. Replace it by what is wanted.')
    },
  })
})
