/** Gives reception a person's rules as they are now, sealed. A mailroom does it after each change. */
import type { MailAccount } from '../account/mail-account.ts'
import type { RulesWriter } from '../ports/rules.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { isNothing, sealRules, sealedRulesBytesMax } from './delivery-rules.ts'
import { deliveryRulesOf } from './own-rules.ts'

export interface RulesPublisher {
  /** `own`: canonical addresses of the person. Rejects where the directory is away: then reception goes by what it has. */
  publish(account: MailAccount, own: readonly string[]): Promise<'published' | 'tooLarge'>
}

export const rulesPublisher = ({ writer, sealing, publicKey }: {
  readonly writer: RulesWriter
  readonly sealing: Sealing
  readonly publicKey: Uint8Array
}): RulesPublisher => ({
  async publish(account, own) {
    const rules = deliveryRulesOf(account.state(), own)
    if (isNothing(rules)) {
      await writer.setRules(account.account, null)
      return 'published'
    }
    const sealed = sealRules(sealing, publicKey, account.account, rules)
    if (sealed.length > sealedRulesBytesMax) return 'tooLarge'
    await writer.setRules(account.account, sealed)
    return 'published'
  },
})
