/** Every error that JMAP's documents name, by the level it stands at. A type not listed here can't be answered. */
import type { JsonObject } from './json.ts'

/** RFC 8620 section 3.6.1, without `urn:ietf:params:jmap:error:`. */
export const requestErrors = ['unknownCapability', 'notJSON', 'notRequest', 'limit'] as const
export type RequestError = (typeof requestErrors)[number]

/** RFC 8620 sections 3.6.2 and 5; RFC 9404 section 4.3; RFC 9610; RFC 8621 sections 4.9 and 7; RFC 9661. */
export const methodErrors = [
  'serverUnavailable',
  'serverFail',
  'serverPartialFail',
  'unknownMethod',
  'invalidArguments',
  'invalidResultReference',
  'forbidden',
  'accountNotFound',
  'accountNotSupportedByMethod',
  'accountReadOnly',
  'requestTooLarge',
  'cannotCalculateChanges',
  'stateMismatch',
  'fromAccountNotFound',
  'fromAccountNotSupportedByMethod',
  'anchorNotFound',
  'unsupportedSort',
  'unsupportedFilter',
  'tooManyChanges',
  'unknownDataType',
] as const
export type MethodError = (typeof methodErrors)[number]

/** RFC 8620 sections 5.3, 5.4 and 6.3; RFC 8621 sections 2.5, 4.6, 4.8, 6.3 and 7.5; RFC 9007 section 2.1; RFC 9661 section 2.4. */
export const setErrors = [
  'forbidden',
  'overQuota',
  'tooLarge',
  'rateLimit',
  'notFound',
  'invalidPatch',
  'willDestroy',
  'invalidProperties',
  'singleton',
  'alreadyExists',
  'stateMismatch',
  'serverFail',
  'mailboxHasChild',
  'mailboxHasEmail',
  'blobNotFound',
  'tooManyKeywords',
  'tooManyMailboxes',
  'invalidEmail',
  'tooManyRecipients',
  'noRecipients',
  'invalidRecipients',
  'forbiddenMailFrom',
  'forbiddenFrom',
  'forbiddenToSend',
  'cannotUnsend',
  'mdnAlreadySent',
  'invalidSieve',
  'sieveIsActive',
  'addressBookHasContents',
] as const
export type SetErrorType = (typeof setErrors)[number]

/** `extra`: what some types carry besides (`existingId`, `notFound`, `invalidRecipients`, …). */
export interface SetError {
  readonly type: SetErrorType
  readonly description?: string
  readonly properties?: readonly string[]
  readonly extra?: JsonObject
}

export const setError = (type: SetErrorType, description?: string): SetError =>
  description === undefined ? { type } : { type, description }

export const invalidProperties = (properties: readonly string[], description?: string): SetError => ({
  ...setError('invalidProperties', description),
  properties,
})

export const setErrorJson = ({ type, description, properties, extra }: SetError): JsonObject => ({
  type,
  ...(description === undefined ? {} : { description }),
  ...(properties === undefined ? {} : { properties }),
  ...extra,
})

/**
 * Ends a method with an error of its own: thrown by readers of arguments deep inside, turned into the error's invocation by the
 * dispatch, and by nobody else. A method that decides returns its answer instead.
 */
export class MethodFailure extends Error {
  override readonly name = 'MethodFailure'
  readonly type: MethodError
  readonly description: string

  constructor(type: MethodError, description = '') {
    super(type)
    this.type = type
    this.description = description
  }
}
