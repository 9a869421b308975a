import { domainsOf, type FilterPolicy } from '@bulkhead/mail/filtering/settings.ts'
import { vouchedFor } from '@bulkhead/wire/mailauth/vouching.ts'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Finding, Stage } from '../evidence.ts'

const published = { none: 'inbox', quarantine: 'junk', reject: 'reject' } as const

/**
 * Two From fields, or authors of two domains, are exempt from DMARC (RFC 9989 section 5.3.1); whoever wants to pass for another
 * would write them. No policy can be asked for, so nothing is refused for it unless the brand refuses.
 */
const ambiguous = (action: FilterPolicy['forged.action']): Finding => ({
  stage: 'forged',
  fate: action === 'asPublished' ? 'junk' : action,
  detail: 'dmarc=permerror',
  reply: reply(550, '5.7.1', 'Message refused: it does not say in one way who it is from'),
})

/**
 * なりすまし: the From domain publishes what is to become of messages that do not come from it (DMARC, RFC 9989), and this
 * one does not. A domain that asks for nothing has nothing done to its mail. Lists and forwarders that the brand trusts may say
 * that it was genuine when they had it (ARC, RFC 8617 section 7.2).
 */
export const forged: Stage = {
  name: 'forged',
  yields: false,
  look({ authentication }, { policy }) {
    if (authentication?.dmarc.result === 'permerror') return ambiguous(policy['forged.action'])
    if (authentication === null || authentication.dmarc.result !== 'fail') return undefined
    const { disposition, fromDomain } = authentication.dmarc
    if (disposition === 'none' || vouchedFor(authentication.arc, fromDomain, domainsOf(policy['forged.sealers']))) return undefined
    const action = policy['forged.action']
    return {
      stage: 'forged',
      fate: action === 'asPublished' ? published[disposition] : action,
      detail: `dmarc=fail p=${disposition}`,
      reply: reply(550, '5.7.26', `Message refused: ${fromDomain ?? 'the From domain'} says that such mail is not from it (DMARC)`),
    }
  },
}
