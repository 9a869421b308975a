/** The Forwarding object of ours: where mail that filters leave in the INBOX is sent on to. There is one, `singleton`. */
import { forwardAddressesMax } from '@bulkhead/mail/rules/delivery-rules.ts'
import type { OwnForwarding } from '@bulkhead/mail/rules/own-rules.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, listOf, optional, text } from '@bulkhead/wire/jmap/readers.ts'

export const forwardingJmapId = 'singleton'
export const forwardingProperties = ['id', 'isEnabled', 'addresses', 'keepsCopy'] as const

const addressCharsMax = 512

export const forwardingShape = {
  isEnabled: optional(boolean, false),
  addresses: optional(listOf(text(addressCharsMax), forwardAddressesMax), []),
  keepsCopy: optional(boolean, true),
}

export const forwardingJson = ({ isEnabled, addresses, keepsCopy }: OwnForwarding): JsonObject => ({ id: forwardingJmapId, isEnabled, addresses, keepsCopy })
