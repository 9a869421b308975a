/** `PushSubscription/get` (RFC 8620 section 7.2.1). No account, no state; what is secret of it is not asked for. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { picked } from '@bulkhead/wire/jmap/get.ts'
import { id, listOf, orNull, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { answer, methodError, type Method } from '../method.ts'
import { subscriptionJson, subscriptionsIn } from './subscriptions.ts'

const properties = ['id', 'deviceClientId', 'verificationCode', 'expires', 'types']
const secrets = ['url', 'keys']

export const pushSubscriptionGet: Method = {
  name: 'PushSubscription/get',
  capability: capabilities.core,
  accountless: true,
  async run(args, { account, limits, clock, services }) {
    const { ids, properties: wanted } = readArguments(args, {
      ids: orNull(listOf(id, Number.POSITIVE_INFINITY)),
      properties: orNull(listOf(text(255), 100)),
    })
    if ((ids?.length ?? 0) > limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge')
    if (wanted?.some((name) => secrets.includes(name)) === true) return methodError('forbidden', 'url and keys are not told')
    const unknown = wanted?.find((name) => !properties.includes(name))
    if (unknown !== undefined) throw new MethodFailure('invalidArguments', 'properties: one is not known')
    const { standing: all } = subscriptionsIn(account.state(), await services.pushes.directory.idsOf(account.account), clock.now())
    const list = all.filter((one) => ids === null || ids.includes(one.id)).map((one) => picked(subscriptionJson(one), ['id', ...(wanted ?? properties)]))
    return answer({ list, notFound: ids?.filter((asked) => !all.some((one) => one.id === asked)) ?? [] })
  },
}
