/** `Forwarding/set`, of ours. Forwarding to strangers is how mail is stolen for months: `watch` hears of each change. */
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import { forwardingChange, forwardingOf } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties } from '@bulkhead/wire/jmap/errors.ts'
import type { Method } from '../method.ts'
import { setSingleton, type Singleton } from '../sieve/set-singleton.ts'
import { forwardingJmapId, forwardingJson, forwardingShape } from './forwarding-json.ts'

const singleton: Singleton<typeof forwardingShape> = {
  id: forwardingJmapId,
  shape: forwardingShape,
  present({ account }) {
    const { id: _, ...present } = forwardingJson(forwardingOf(account.state()))
    return present
  },
  change({ isEnabled, addresses, keepsCopy }, { session }) {
    const canonical = addresses.map((address) => canonicalAddress(address.trim()))
    const own = canonicalAddress(session.who.login)
    const given = canonical.filter((address) => address !== undefined)
    if (given.length < canonical.length) return invalidProperties(['addresses'], 'one of them is no address')
    if (own !== undefined && given.includes(own)) return invalidProperties(['addresses'], 'mail can not be sent on to the address it came to')
    if (isEnabled && given.length === 0) return invalidProperties(['addresses'], 'there is no address')
    return forwardingChange({ isEnabled, addresses: [...new Set(given)], keepsCopy })
  },
  changed({ isEnabled, addresses, keepsCopy }, { account, services }) {
    const outcome = isEnabled ? `on, ${addresses.length} addresses, ${keepsCopy ? 'with a copy' : 'without a copy'}` : 'off'
    services.sending.ports.tell({ kind: 'rules.forwarding', subject: account.account, outcome })
  },
}

export const forwardingSet: Method = {
  name: 'Forwarding/set',
  capability: capabilities.webmail,
  run: (args, context) => setSingleton(singleton, args, context),
}
