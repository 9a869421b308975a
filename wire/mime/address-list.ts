/**
 * Address lists (RFC 5322 section 3.4) as they come: groups, routes, comments as names, missing hosts, stray commas.
 * Text is one character a byte and encoded-words stay as they are. Whatever the input, it gives a list.
 */
import { comment, isBlankChar, opaqueLength, quotedString } from './scan.ts'

export interface Mailbox {
  readonly kind: 'mailbox'
  readonly name: string | null
  /** Source route without its colon (RFC 5321 section 4.1.2), or null. */
  readonly route: string | null
  readonly localPart: string
  /** Null where the address had no `@`. */
  readonly host: string | null
}

export type AddressEntry =
  | Mailbox
  | { readonly kind: 'groupStart'; readonly name: string }
  | { readonly kind: 'groupEnd' }

export const addressesMax = 8_192

type Token =
  | { readonly is: 'word' | 'quoted' | 'comment'; readonly text: string; readonly spaced: boolean }
  | { readonly is: 'mark'; readonly text: string; readonly spaced: boolean }

const marks = ',;:<>@'

const wordEnd = (text: string, from: number): number => {
  let at = from
  while (at < text.length) {
    const opaque = opaqueLength(text, at, false)
    if (opaque > 0) {
      at += opaque
      continue
    }
    const char = text[at] ?? ''
    if (isBlankChar(char) || marks.includes(char) || char === '"' || char === '(') break
    // A domain literal may hold colons: [IPv6:::1].
    if (char === '[') {
      const close = text.slice(at, at + literalMax).indexOf(']')
      if (close > 0) {
        at += close + 1
        continue
      }
    }
    at += 1
  }
  return at === from ? from + 1 : at
}

const literalMax = 256

function* tokens(text: string): Generator<Token> {
  let at = 0
  let spaced = false
  while (at < text.length) {
    const char = text[at] ?? ''
    if (isBlankChar(char)) {
      spaced = true
      at += 1
      continue
    }
    if (char === '"') {
      const { value, end } = quotedString(text, at)
      yield { is: 'quoted', text: value, spaced }
      at = end
    } else if (char === '(') {
      const { value, end } = comment(text, at)
      yield { is: 'comment', text: value.trim(), spaced }
      at = end
    } else if (marks.includes(char)) {
      yield { is: 'mark', text: char, spaced }
      at += 1
    } else {
      const end = wordEnd(text, at)
      yield { is: 'word', text: text.slice(at, end), spaced }
      at = end
    }
    spaced = false
  }
}

const joined = (parts: readonly Token[]): string => {
  let text = ''
  for (const part of parts) text += part.spaced && text !== '' ? ` ${part.text}` : part.text
  return text
}

const tight = (parts: readonly Token[]): string => parts.map((part) => part.text).join('')

/** One address between commas, as it is read. */
interface Draft {
  phrase: Token[]
  host: Token[] | null
  angle: Token[] | null
  angleHost: Token[] | null
  route: string | null
  inAngle: boolean
  remark: string | null
}

const emptyDraft = (): Draft => ({
  phrase: [],
  host: null,
  angle: null,
  angleHost: null,
  route: null,
  inAngle: false,
  remark: null,
})

const finished = (draft: Draft): Mailbox | undefined => {
  const { phrase, host, angle, angleHost, route, remark } = draft
  if (angle !== null) {
    const before = host === null ? joined(phrase) : `${tight(phrase)}@${tight(host)}`
    const name = before !== '' ? before : remark
    const localPart = tight(angle)
    if (localPart === '' && angleHost === null && name === null) return undefined
    return { kind: 'mailbox', name, route, localPart, host: angleHost === null ? null : tight(angleHost) }
  }
  if (phrase.length === 0 && host === null) return undefined
  if (host === null) return { kind: 'mailbox', name: remark, route: null, localPart: joined(phrase), host: null }
  // `Some Name user@host` without brackets: the last word is the local part.
  const last = phrase.at(-1)
  const before = joined(phrase.slice(0, -1))
  const glued = phrase.slice(1).every((part) => !part.spaced)
  if (glued) return { kind: 'mailbox', name: remark, route: null, localPart: tight(phrase), host: tight(host) }
  return { kind: 'mailbox', name: before, route: null, localPart: last?.text ?? '', host: tight(host) }
}

const addInAngle = (draft: Draft, token: Token): void => {
  if (token.is === 'mark' && token.text === '>') {
    draft.inAngle = false
    return
  }
  if (token.is === 'comment') return
  if (token.is === 'mark' && token.text === '@' && draft.angleHost === null) {
    draft.angleHost = []
    return
  }
  // `<@relay,@relay2:user@host>`: what came before the colon was the route.
  if (token.is === 'mark' && token.text === ':' && draft.angleHost !== null && draft.angle?.length === 0) {
    draft.route = `@${tight(draft.angleHost)}`
    draft.angleHost = null
    return
  }
  const into = draft.angleHost ?? draft.angle
  if (into !== null && into.length < wordsMax) into.push(token)
}

/** Words of one phrase or local part that are kept. */
const wordsMax = 512

const addOutside = (draft: Draft, token: Token): void => {
  if (token.is === 'comment') {
    draft.remark = token.text
    return
  }
  if (token.is === 'mark' && token.text === '<') {
    draft.angle = []
    draft.angleHost = null
    draft.inAngle = true
    return
  }
  if (draft.angle !== null || (token.is === 'mark' && token.text === '>')) return
  if (token.is === 'mark' && token.text === '@') {
    draft.host ??= []
    return
  }
  const into = draft.host ?? draft.phrase
  if (into.length < wordsMax) into.push(token)
}

export const addressList = (text: string): readonly AddressEntry[] => {
  const entries: AddressEntry[] = []
  let draft = emptyDraft()
  let inGroup = false
  const close = (): void => {
    const mailbox = finished(draft)
    draft = emptyDraft()
    if (mailbox !== undefined) entries.push(mailbox)
  }
  for (const token of tokens(text)) {
    if (entries.length >= addressesMax) break
    const mark = token.is === 'mark' ? token.text : ''
    // A comma inside brackets is a route's; an unclosed bracket ends there as well.
    if (mark === ',' && !(draft.inAngle && draft.angle?.length === 0)) close()
    else if (mark === ';' && !draft.inAngle) {
      close()
      if (inGroup) entries.push({ kind: 'groupEnd' })
      inGroup = false
    } else if (mark === ':' && !draft.inAngle && draft.host === null && !inGroup) {
      entries.push({ kind: 'groupStart', name: joined(draft.phrase) })
      draft = emptyDraft()
      inGroup = true
    } else if (draft.inAngle) addInAngle(draft, token)
    else addOutside(draft, token)
  }
  close()
  if (inGroup) entries.push({ kind: 'groupEnd' })
  return entries
}

/** The mailboxes of a list, groups opened. */
export const mailboxesIn = (text: string): readonly Mailbox[] =>
  addressList(text).filter((entry): entry is Mailbox => entry.kind === 'mailbox')
