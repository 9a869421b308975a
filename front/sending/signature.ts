/** DKIM of what is submitted (RFC 6376): by the domain of its first author, or the nearest above that has keys, so that DMARC finds it aligned. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { nearestSigning, type DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'

/** How often it is told that a domain has no key. */
const tellEveryMs = 3_600_000
const domainsMax = 10_000

export interface Signature {
  /** The message behind its signatures; as it was where the domain has no key, which `watch` hears. Throws where the vault is away. */
  on(message: Buffer, domain: string): Promise<Buffer>
}

interface Ports {
  readonly signer: DomainSigner
  readonly clock: Clock
  tell(event: { readonly kind: string; readonly subject: string; readonly outcome: string }): void
}

export const signature = ({ signer, clock, tell }: Ports): Signature => {
  const toldAtMs = new Map<string, number>()
  const tellUnsigned = (domain: string): void => {
    if ((toldAtMs.get(domain) ?? -tellEveryMs) + tellEveryMs > clock.now()) return
    if (toldAtMs.size >= domainsMax) toldAtMs.clear()
    toldAtMs.set(domain, clock.now())
    tell({ kind: 'submission.unsigned', subject: domain, outcome: 'noSuchKey' })
  }
  return {
    async on(message, domain) {
      const signing = await nearestSigning(signer, domain)
      const fields = signing === undefined ? '' : await signer.fieldsFor(signing, message)
      if (fields === '') tellUnsigned(domain)
      return fields === '' ? message : Buffer.concat([Buffer.from(fields, 'utf8'), message])
    },
  }
}
