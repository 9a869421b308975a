/** Patches of an Email's `mailboxIds` and `keywords` (RFC 8620 section 5.3), applied here at once, and turned back. Pure. */
import type { EmailRow, Id } from '../jmap/types.ts'

/** Paths such as `keywords/$seen` or `mailboxIds/M1`; true sets, null takes away. */
export type EmailPatch = Readonly<Record<string, true | null>>

/** What a patch needs to know of an Email. */
export type Patchable = Pick<EmailRow, 'id' | 'mailboxIds' | 'keywords'>

const split = (path: string): readonly ['mailboxIds' | 'keywords', string] => {
  const slash = path.indexOf('/')
  return [path.startsWith('mailboxIds/') ? 'mailboxIds' : 'keywords', path.slice(slash + 1)]
}

const withMember = (set: Readonly<Record<string, true>>, name: string, value: true | null): Readonly<Record<string, true>> => {
  if (value === true) return { ...set, [name]: true }
  const { [name]: _, ...rest } = set
  return rest
}

export const patched = <Email extends Patchable>(email: Email, patch: EmailPatch): Email => {
  let { mailboxIds, keywords } = email
  for (const [path, value] of Object.entries(patch)) {
    const [property, name] = split(path)
    if (property === 'mailboxIds') mailboxIds = withMember(mailboxIds, name, value)
    else keywords = withMember(keywords, name, value)
  }
  return { ...email, mailboxIds, keywords }
}

/** Leaves out what is so already; `inverse` brings back what was. Undefined where there is nothing to do. */
export const effectOf = (email: Patchable, patch: EmailPatch): { readonly patch: EmailPatch; readonly inverse: EmailPatch } | undefined => {
  const needed = Object.entries(patch).filter(([path, value]) => {
    const [property, name] = split(path)
    return (email[property][name] === true) !== (value === true)
  })
  if (needed.length === 0) return undefined
  return {
    patch: Object.fromEntries(needed),
    inverse: Object.fromEntries(needed.map(([path, value]) => [path, value === true ? null : true])),
  }
}

/** Into `target` and out of all others. */
export const movePatch = (email: Patchable, target: Id): EmailPatch => ({
  ...Object.fromEntries(Object.keys(email.mailboxIds).map((id) => [`mailboxIds/${id}`, null])),
  [`mailboxIds/${target}`]: true,
})
