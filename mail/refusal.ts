/**
 * Every reason the meaning layer may give for not doing something. Expected, part of return types, never thrown.
 * Each protocol owns one table that gives all of these their wire form.
 */
export const refusals = [
  'noSuchMailbox',
  'mailboxExists',
  'mailboxNotEmpty',
  'hasChildren',
  'inboxStays',
  'badMailboxName',
  'tooManyMailboxes',
  'overQuota',
  'tooManyAnnotations',
  'annotationTooLarge',
  'tooLarge',
  'expunged',
  'readOnly',
  'noPermission',
  'notShared',
  'noSuchMember',
  'tooManyMembers',
  'conflict',
  'noSuchAccount',
  'accountClosed',
  'noSuchRecipient',
  'notYourAddress',
  'tooManyRecipients',
  'looping',
  'inUse',
] as const

export type Refusal = (typeof refusals)[number]

export interface Refused<R extends Refusal = Refusal> {
  readonly is: 'refused'
  readonly why: R
}

export const refuse = <R extends Refusal>(why: R): Refused<R> => ({ is: 'refused', why })

export const isRefused = <R extends Refusal>(answer: object): answer is Refused<R> =>
  'is' in answer && answer.is === 'refused'
