/**
 * Quotas of an account (RFC 9425 section 4): octets of mail, and messages where their number is limited. Without a limit there is no
 * Quota object.
 */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

export interface Quota {
  readonly id: string
  readonly resourceType: 'octets' | 'count'
  readonly used: number
  readonly hardLimit: number
  readonly name: string
}

/** From how much of the limit on a client should warn. */
const warnShare = 0.9

export const quotaProperties = ['id', 'resourceType', 'used', 'hardLimit', 'scope', 'name', 'types', 'warnLimit', 'softLimit', 'description']

export const quotasOf = async (account: MailAccount): Promise<readonly Quota[]> => {
  const { usedBytes, quotaBytes, messages, quotaMessages } = await account.usage()
  const octets: readonly Quota[] =
    quotaBytes === null ? [] : [{ id: 'octets', resourceType: 'octets', used: usedBytes, hardLimit: quotaBytes, name: 'Mail' }]
  const count: readonly Quota[] =
    quotaMessages === null ? [] : [{ id: 'messages', resourceType: 'count', used: messages, hardLimit: quotaMessages, name: 'Messages' }]
  return [...octets, ...count]
}

export const quotaJson = ({ id, resourceType, used, hardLimit, name }: Quota): JsonObject => ({
  id,
  resourceType,
  used,
  hardLimit,
  scope: 'account',
  name,
  types: ['Email'],
  warnLimit: Math.floor(hardLimit * warnShare),
  softLimit: null,
  description: null,
})
