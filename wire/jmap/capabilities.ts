/** Names of capabilities (IANA's registry, and ours). */
export const capabilities = {
  core: 'urn:ietf:params:jmap:core',
  mail: 'urn:ietf:params:jmap:mail',
  submission: 'urn:ietf:params:jmap:submission',
  vacationResponse: 'urn:ietf:params:jmap:vacationresponse',
  webSocket: 'urn:ietf:params:jmap:websocket',
  mdn: 'urn:ietf:params:jmap:mdn',
  quota: 'urn:ietf:params:jmap:quota',
  blob: 'urn:ietf:params:jmap:blob',
  contacts: 'urn:ietf:params:jmap:contacts',
  sieve: 'urn:ietf:params:jmap:sieve',
  vapid: 'urn:ietf:params:jmap:webpush-vapid',
  webmail: 'urn:bulkhead:jmap:webmail',
} as const
export type Capability = (typeof capabilities)[keyof typeof capabilities]

/** Types with a state, as `StateChange` and `Blob/lookup` name them. */
export const dataTypes = [
  'Mailbox',
  'Thread',
  'Email',
  'EmailDelivery',
  'Identity',
  'EmailSubmission',
  'VacationResponse',
  'Quota',
  'SieveScript',
  'AddressBook',
  'ContactCard',
  'Setting',
  'Device',
  'OfficialNotice',
] as const
export type DataType = (typeof dataTypes)[number]
