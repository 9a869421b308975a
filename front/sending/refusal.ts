/** Why mail is not sent. Expected, part of return types; SMTP and JMAP each own one table that gives all of these their wire form. */
import type { OverLimit } from '@bulkhead/mail/ports/sending.ts'

/** What needs no word more. */
export const plainUnsendables = [
  'nobodysSender', 'notYourAddress', 'accountClosed', 'tooLarge',
  'heldTwice', 'heldTooLong', 'heldUntilPast', 'dueInPast', 'dueTooSoon', 'dueBeforeRelease', 'needsTls',
  'addressNeedsUtf8', 'noRoute', 'tooManyRecipients',
  'longHeader', 'longLine', 'strayLine', 'fieldsNeedUtf8', 'unclearAuthor', 'foreignAuthor', 'takenBack',
] as const
export type PlainUnsendable = (typeof plainUnsendables)[number]

export type Unsendable =
  | { readonly is: 'unsendable'; readonly why: PlainUnsendable }
  /** A field that may be there once. */
  | { readonly is: 'unsendable'; readonly why: 'fieldTwice'; readonly name: string }
  | { readonly is: 'unsendable'; readonly why: 'overLimit'; readonly over: OverLimit }

export const unsendable = (why: PlainUnsendable): Unsendable => ({ is: 'unsendable', why })
export const overLimit = (over: OverLimit): Unsendable => ({ is: 'unsendable', why: 'overLimit', over })

export const isUnsendable = (answer: object): answer is Unsendable => 'is' in answer && answer.is === 'unsendable'
