/** Every refusal of a desk as one line that says what to do. */
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { Reply, Verb } from '@bulkhead/door/verbs.ts'
import { CannotDo } from './context.ts'

type DeskRefusal = DeskVerbs[keyof DeskVerbs]['refusal']

const text = {
  noSuchBrand: 'there is no such brand; ./bulkhead brand list ISP shows them, brand add makes one',
  noSuchDomain: 'that domain is not one of this ISP; ./bulkhead domain list ISP shows them',
  noSuchAccount: 'there is no such account',
  exists: 'it is there already',
  neverAgain: 'this address belonged to a cancelled account and is never given out again; choose another',
  badAddress: 'that is not an address; write it as name@domain, at most 64 and 255 characters',
  badDomain: 'that is not a domain; write it as isp.example, without @ or a dot at the end',
  badName: 'a brand is named by small letters, digits and hyphens, beginning with a letter',
  weakPassword: 'the password is too short or too common; use eight characters or more that nobody would guess',
  wrong: 'the old password is wrong',
  overBudget: 'more was asked than the vault grants in this time; try again later',
  notEmpty: 'addresses of this domain are still in use; cancel or move them first',
  badTransition: 'the account is cancelled; that is for ever',
  noEscrow: 'this ISP has no recovery key, so nothing was kept for its custodians',
  badSetting: 'there is no such setting, or it can not have that value',
  badEntry: 'that is neither an address nor a domain',
  tooMany: 'the list is full; take entries off first',
  noSuchEntry: 'it is not on the list',
  noSuchKey: 'there is no such key; ./bulkhead domain dkim DOMAIN shows them',
  badKeyChange: 'a key signs after it was published, retires after it signed, and is destroyed when it does not sign any more',
  tooManyKeys: 'there are too many keys already; destroy retired ones first',
  noSuchPlan: 'there is no such plan; ./bulkhead plan list ISP shows them, plan set makes one',
  noSuchIdentity: 'it does not send as that address, or the address is its own; ./bulkhead alias remove takes an own one away',
  planInUse: 'brands or accounts have this plan, or it is the ordinary one; give them another first',
  noSuchMessage: 'there is no such message in the queue; ./bulkhead queue list shows them',
  badNotice: 'a notice needs a subject of one line and a text, neither with control characters, at most 200 and 60,000 characters',
  notRunning: 'notices are put into mailboxes by the running platform; start it with: ./bulkhead up',
} as const satisfies Record<DeskRefusal, string>

/** The answer, or the refusal in words. */
export const granted = <V extends Verb & { readonly refusal: DeskRefusal }>(what: string, reply: Reply<V>): V['answer'] => {
  if (reply.is === 'answered') return reply.answer
  const refusal: DeskRefusal = reply.refusal
  throw new CannotDo(`${what}: ${text[refusal]}`)
}
