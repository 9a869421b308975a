/** An identity while it is edited: what is wrong with it, and what of it is to be said to the server. Pure. */
import { isAddress } from '../../compose/address.ts'
import type { EmailAddress, Id } from '../../jmap/types.ts'

export interface Identity {
  readonly id: Id
  readonly name: string
  readonly email: string
  readonly bcc: readonly EmailAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
  readonly mayDelete: boolean
}

export interface Edited {
  readonly email: string
  readonly name: string
  readonly bcc: string
  readonly kind: 'plain' | 'rich'
  readonly text: string
  /** Looked at for rich ones only. */
  readonly html: string
}

/** As the server takes them. */
export const textCharsMax = 10_000
export const htmlCharsMax = 60_000
export const nameCharsMax = 200

export const editedOf = ({ email, name, bcc, textSignature, htmlSignature }: Identity): Edited => ({
  email,
  name,
  bcc: bcc?.map((address) => address.email).join(', ') ?? '',
  kind: htmlSignature.trim() === '' ? 'plain' : 'rich',
  text: textSignature,
  html: htmlSignature,
})

export const newOf = (email: string): Edited => ({ email, name: '', bcc: '', kind: 'plain', text: '', html: '' })

const addressesOf = (text: string): readonly string[] => text.split(/[,、，;\s]+/u).filter((part) => part !== '')

export const badBcc = ({ bcc }: Edited): boolean => !addressesOf(bcc).every(isAddress)

export const isTooLong = ({ kind, text, html }: Edited): boolean => text.length > textCharsMax || (kind === 'rich' && html.length > htmlCharsMax)

export const isGood = (edited: Edited): boolean => !badBcc(edited) && !isTooLong(edited)

/** Properties of Identity/set; the address is said when it is created, and never changes. */
export const propertiesOf = ({ name, bcc, kind, text, html }: Edited): Readonly<Record<string, unknown>> => {
  const copies = addressesOf(bcc)
  return {
    name: name.trim(),
    bcc: copies.length === 0 ? null : copies.map((email) => ({ name: null, email })),
    textSignature: text.trimEnd(),
    htmlSignature: kind === 'rich' && text.trim() !== '' ? html : '',
  }
}

/** What the person's mail shows as its sender. */
export const shownSender = (name: string, email: string): string => (name.trim() === '' ? email : `${name.trim()} <${email}>`)
