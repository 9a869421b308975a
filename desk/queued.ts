/** Whom a request about the queue means. */
import { textOf } from '@bulkhead/door/ask.ts'
import { domainName } from '@bulkhead/mail/address/domain.ts'
import { lookUp, type Looked } from './accounts.ts'
import type { Desk } from './desk.ts'

type Fields = Readonly<Record<string, unknown>>

const textLengthMax = 1_024
const pseudonymPattern = /^p_[A-Za-z0-9_-]{1,40}$/

/** Null where none is asked about; undefined where it is none. */
export const queueDomainOf = (ask: Fields): string | null | undefined =>
  ask['domain'] === null ? null : domainName(textOf(ask, 'domain', textLengthMax))?.toLowerCase()

type Sender = { readonly is: 'sender'; readonly sender: string | null } | Extract<Looked, { is: 'refused' }>

/** A pseudonym as it is, an address as that of its account. */
export const senderOf = async (desk: Desk, ask: Fields): Promise<Sender> => {
  if (ask['sender'] === null) return { is: 'sender', sender: null }
  const text = textOf(ask, 'sender', textLengthMax)
  if (pseudonymPattern.test(text)) return { is: 'sender', sender: text }
  const looked = await lookUp(desk, ask, 'sender')
  return looked.is === 'refused' ? looked : { is: 'sender', sender: desk.pseudonym(looked.line.account) }
}
