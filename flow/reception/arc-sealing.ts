/** Seals a message with ARC for those of its recipients whose brand has it so (RFC 8617 section 5.1). */
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { ArcSealer } from '@bulkhead/mail/dkim/arc-sealer.ts'
import { nearestSigning } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { Authentication } from '../authentication/authenticate.ts'
import type { Recipient } from './session.ts'

interface Ports {
  readonly sealer: ArcSealer
  readonly log: Log
  readonly meter: Meter
}

/**
 * By the domain of the first recipient who wants it; others of the same message get the same seal. Empty where nobody does, where
 * the message was not asked who it is from, or where the vault is away: mail is not kept waiting for a seal.
 */
export const sealOf = async (
  { sealer, log, meter }: Ports,
  authentication: Authentication | null,
  message: Buffer,
  recipients: readonly Recipient[],
): Promise<string> => {
  const wanting = recipients.find(({ filter }) => filter.policy['arc.seal'] === 'on')
  if (wanting === undefined || authentication === null) return ''
  try {
    const domain = await nearestSigning(sealer, wanting.forwardPath.domain)
    const seal = domain === undefined ? '' : await sealer.sealFor(domain, message, { chain: authentication.arc.result, results: authentication.field })
    meter.count('intake_arc_seals', 1, { outcome: seal === '' ? 'none' : 'sealed' })
    return seal
  } catch (error) {
    log.error('notSealed', error)
    meter.count('intake_arc_seals', 1, { outcome: 'fault' })
    return ''
  }
}
