/**
 * How a list lets go of a person: List-Unsubscribe (RFC 2369), with one click only where a signature that holds covers both fields
 * (RFC 8058 section 4): else whoever forwards a message could make others leave, or us post to anybody.
 */
import { readDkimField } from '@bulkhead/wire/mailauth/dkim-field.ts'
import type { MethodResult } from '@bulkhead/wire/mailauth/authentication-results.ts'
import { fieldText, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { shownName } from '@bulkhead/wire/text/shown-name.ts'

export interface Unsubscription {
  /** HTTPS; null where one click is not offered or not to be trusted. */
  readonly oneClick: string | null
  readonly mailto: { readonly to: string; readonly subject: string; readonly body: string } | null
  /** A page for the person to open. */
  readonly url: string | null
}

const uriMax = 4_096
const urisMax = 8
const signaturesMax = 16
const needed = ['list-unsubscribe', 'list-unsubscribe-post'] as const

const uris = (value: string): readonly string[] => {
  const found: string[] = []
  for (const [, uri = ''] of value.matchAll(/<([^<>]*)>/g)) {
    if (found.length >= urisMax) break
    const bare = uri.replaceAll(/\s/g, '')
    if (bare.length <= uriMax) found.push(bare)
  }
  return found
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 6068; only what a list needs. Undefined where it names nobody, or several. */
const mailtoOf = (uri: string): Unsubscription['mailto'] => {
  const [address = '', query = ''] = uri.slice('mailto:'.length).split('?', 2)
  const to = decoded(address)
  if (!/^[^\s@,;<>"]{1,128}@[^\s@,;<>"]{1,253}$/.test(to)) return null
  const values = new Map(query.split('&').map((pair) => {
    const [name = '', value = ''] = pair.split('=', 2)
    return [name.toLowerCase(), decoded(value)] as const
  }))
  return { to, subject: shownName(values.get('subject') ?? '', 200) || 'unsubscribe', body: (values.get('body') ?? '').slice(0, 2_000) }
}

const propertyOf = (result: MethodResult, name: string): string => result.properties.find(([key]) => key === name)?.[1] ?? ''

/** Whether a signature that held covers both fields; of each there is one, so there is no doubt which was signed. */
const isVouchedFor = (header: Uint8Array, fields: readonly HeaderField[], results: readonly MethodResult[]): boolean => {
  if (needed.some((name) => fields.filter((field) => field.name === name).length !== 1)) return false
  const held = results.filter(({ method, result }) => method === 'dkim' && result === 'pass')
  return fields.filter(({ name }) => name === 'dkim-signature').slice(0, signaturesMax).some((field) => {
    const signature = readDkimField(fieldText(header, field))
    if ('unreadable' in signature) return false
    const covers = needed.every((name) => signature.signed.includes(name))
    const isIt = (one: MethodResult): boolean =>
      propertyOf(one, 'header.d').toLowerCase() === signature.domain && propertyOf(one, 'header.b') === signature.signatureStart
    return covers && held.some(isIt)
  })
}

const httpsOf = (uri: string): string | null => {
  if (!URL.canParse(uri)) return null
  const { protocol, href } = new URL(uri)
  return protocol === 'https:' ? href : null
}

/** `results`: our own; null where there are none. Null where the message names no way. */
export const unsubscriptionOf = (header: Uint8Array, fields: readonly HeaderField[], results: readonly MethodResult[] | null): Unsubscription | null => {
  const field = fields.find(({ name }) => name === 'list-unsubscribe')
  if (field === undefined) return null
  const found = uris(fieldText(header, field))
  const mail = found.find((uri) => /^mailto:/i.test(uri))
  const mailto = mail === undefined ? null : mailtoOf(mail)
  const url = found.map(httpsOf).find((uri) => uri !== null) ?? null
  const post = fields.find(({ name }) => name === 'list-unsubscribe-post')
  const asksOneClick = post !== undefined && /^\s*list-unsubscribe\s*=\s*one-click\s*$/i.test(fieldText(header, post))
  const oneClick = asksOneClick && results !== null && url !== null && isVouchedFor(header, fields, results) ? url : null
  return oneClick === null && mailto === null && url === null ? null : { oneClick, mailto, url }
}
