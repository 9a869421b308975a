/** What each reason not to send is in JMAP (RFC 8621 section 7.5). The words are those of SMTP. */
import { invalidProperties, type SetError, type SetErrorType } from '@bulkhead/wire/jmap/errors.ts'
import type { PlainUnsendable, Unsendable } from '../../sending/refusal.ts'
import { unsendableReply } from '../../submission/refusals.ts'

type Kind = SetErrorType | 'envelope'

const kinds = {
  nobodysSender: 'forbiddenMailFrom',
  notYourAddress: 'forbiddenMailFrom',
  accountClosed: 'forbiddenToSend',
  tooLarge: 'tooLarge',
  heldTwice: 'envelope',
  heldTooLong: 'envelope',
  heldUntilPast: 'envelope',
  dueInPast: 'envelope',
  dueTooSoon: 'envelope',
  dueBeforeRelease: 'envelope',
  needsTls: 'envelope',
  addressNeedsUtf8: 'invalidRecipients',
  noRoute: 'invalidRecipients',
  tooManyRecipients: 'tooManyRecipients',
  longHeader: 'invalidEmail',
  longLine: 'invalidEmail',
  strayLine: 'invalidEmail',
  fieldsNeedUtf8: 'invalidEmail',
  unclearAuthor: 'invalidEmail',
  foreignAuthor: 'forbiddenFrom',
  takenBack: 'serverFail',
} as const satisfies Record<PlainUnsendable, Kind>

/** `japanese`: in the words of who is Japanese, where there are such. */
export const sendingError = (refusal: Unsendable, japanese: boolean): SetError => {
  const [description = ''] = unsendableReply(refusal, japanese).lines
  if (refusal.why === 'overLimit') {
    const { againAtMs } = refusal.over
    return againAtMs === null ? { type: 'forbiddenToSend', description } : { type: 'rateLimit', description }
  }
  const kind: Kind = refusal.why === 'fieldTwice' ? 'invalidEmail' : kinds[refusal.why]
  if (kind === 'envelope') return invalidProperties(['envelope'], description)
  if (kind === 'invalidEmail') return { type: kind, description, properties: ['header'] }
  return { type: kind, description }
}
