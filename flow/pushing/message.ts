/** What a push says (RFC 8620 sections 7.1, 7.2): which types changed up to which state, or the code of a new subscription. Never more. */
import type { DuePush } from '@bulkhead/mail/ports/pushes.ts'
import type { PushTarget } from '@bulkhead/mail/push/push-target.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'

export const pushMessage = ({ account, id, types, head }: Pick<DuePush, 'account' | 'id' | 'types' | 'head'>, { verificationCode }: PushTarget): JsonObject =>
  types.includes('PushVerification')
    ? { '@type': 'PushVerification', pushSubscriptionId: id, verificationCode }
    : { '@type': 'StateChange', changed: { [accountId(account)]: Object.fromEntries(types.map((type) => [type, stateText(head)])) } }
