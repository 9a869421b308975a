/**
 * Addresses as people type and paste them: full-width signs, Japanese commas, lists out of other programs, and local
 * parts that RFC 5321 forbids but carriers gave out (`a..b@docomo.ne.jp`). Nothing here refuses what may be deliverable.
 */

/** RFC 8621 section 4.1.2.3; `email` is never quoted: the server quotes on the wire where it must. */
export interface Address {
  readonly name: string | null
  readonly email: string
}

export interface ReadRecipients {
  readonly addresses: readonly Address[]
  /** Fragments that name nobody: shown back, never dropped. */
  readonly rest: readonly string[]
}

/** A pasted list longer than this is cut, and the rest is given back as text. */
export const pastedRecipientsMax = 2_000

const localPartMax = 64
const addressMax = 254

const separators = new Set([',', ';', '、', '，', '；', '､', '\n', '\r', '\t'])

interface Fragment {
  readonly text: string
  readonly endedBy: string
}

/** Cuts at separators outside quotes, angle brackets and comments. */
const fragmentsOf = (text: string): Fragment[] => {
  const found: Fragment[] = []
  let start = 0
  let quoted = false
  let angle = false
  let comment = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quoted) {
      if (char === '\\') at++
      else if (char === '"' || char === '\n') quoted = false
      continue
    }
    if (char === '"') quoted = true
    else if (char === '<' || char === '＜') angle = true
    else if (char === '>' || char === '＞' || char === '\n') angle = false
    else if (char === '(') comment++
    else if (char === ')') comment = Math.max(0, comment - 1)
    if (separators.has(char) && !angle && (comment === 0 || char === '\n')) {
      found.push({ text: text.slice(start, at), endedBy: char })
      start = at + 1
      comment = 0
    }
  }
  found.push({ text: text.slice(start), endedBy: '' })
  return found
}

const unquote = (text: string): string => {
  const trimmed = text.trim()
  if (trimmed.length < 2 || !trimmed.startsWith('"') || !trimmed.endsWith('"')) return trimmed
  return trimmed.slice(1, -1).replace(/\\(.)/gu, '$1').trim()
}

/** Full-width letters and signs of an address become the ones mail is sent with. */
const narrow = (text: string): string => text.normalize('NFKC').replace(/^\s+|\s+$/gu, '')

/** `"a..b"@example.jp` is the same box as `a..b@example.jp` (canonical form: unquoted, where dots are all that was wrong). */
const withoutNeedlessQuotes = (email: string): string => {
  const quoted = /^"((?:[^"\\]|\\.)+)"@([^@]+)$/u.exec(email)
  if (quoted === null) return email
  const local = (quoted[1] ?? '').replace(/\\(.)/gu, '$1')
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/.test(local) ? `${local}@${quoted[2] ?? ''}` : email
}

const domainPattern = /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]{0,61}[\p{L}\p{N}\p{M}_])?\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}]$/u
const localPattern = /^(?:[^\s@<>()[\]\\,;:"]+|"(?:[^"\\]|\\.)+")$/u

export const isAddress = (email: string): boolean => {
  const at = email.lastIndexOf('@')
  if (at <= 0 || email.length > addressMax || at > localPartMax) return false
  return localPattern.test(email.slice(0, at)) && domainPattern.test(email.slice(at + 1))
}

/** Leading, trailing or double dots: mail servers may differ about it, so a soft note is shown and nothing is blocked. */
export const hasOddLocalPart = (email: string): boolean => {
  const local = email.slice(0, Math.max(0, email.lastIndexOf('@')))
  return local.startsWith('.') || local.endsWith('.') || local.includes('..')
}

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase()

/** What two spellings of one recipient have in common. */
export const addressKey = (email: string): string => withoutNeedlessQuotes(narrow(email)).toLowerCase()

export const sameAddress = (one: string, other: string): boolean => addressKey(one) === addressKey(other)

const addressOf = (raw: string): string | undefined => {
  const email = withoutNeedlessQuotes(narrow(raw).replace(/^mailto:/iu, '').replace(/\?.*$/su, ''))
  return isAddress(email) ? email : undefined
}

const namedAddress = (text: string): Address | undefined => {
  const open = Math.max(text.lastIndexOf('<'), text.lastIndexOf('＜'))
  const close = Math.max(text.lastIndexOf('>'), text.lastIndexOf('＞'))
  if (open < 0 || close < open) return undefined
  const email = addressOf(text.slice(open + 1, close))
  if (email === undefined) return undefined
  const name = unquote(text.slice(0, open).replace(/^[^"<:]*:(?=\s*\S)/u, ''))
  return { name: name === '' || sameAddress(name, email) ? null : name, email }
}

/** `taro@example.jp (山田太郎)`, the form of old mail programs. */
const commentedAddress = (text: string): Address | undefined => {
  const found = /^\s*(\S+@\S+)\s*\(([^()]*)\)\s*$/u.exec(text)
  const email = found === null ? undefined : addressOf(found[1] ?? '')
  return email === undefined ? undefined : { name: (found?.[2] ?? '').trim() || null, email }
}

/** One fragment: an address, several bare ones parted by spaces, or nothing that can be read. */
const read = (text: string): Address[] | undefined => {
  const one = namedAddress(text) ?? commentedAddress(text)
  if (one !== undefined) return [one]
  const whole = addressOf(text)
  if (whole !== undefined) return [{ name: null, email: whole }]
  const words = text.split(/[\s\u3000]+/u).filter((word) => word !== '')
  const all = words.map(addressOf)
  if (words.length > 1 && all.every((email) => email !== undefined)) return all.map((email) => ({ name: null, email: email ?? '' }))
  const last = all.at(-1)
  if (words.length > 1 && last !== undefined && words.slice(0, -1).every((word) => !word.includes('@') && !word.includes('＠'))) {
    const name = unquote(words.slice(0, -1).join(' '))
    return [{ name: /[:：]$/u.test(name) ? null : name, email: last }]
  }
  return undefined
}

/** What was typed or pasted into a field of recipients. */
export const readRecipients = (text: string): ReadRecipients => {
  const addresses: Address[] = []
  const rest: string[] = []
  let held = ''
  for (const { text: raw, endedBy } of fragmentsOf(text)) {
    const joins = held !== '' && /[<＜]/u.test(raw)
    if (held !== '' && !joins) rest.push(held)
    const fragment = joins ? `${held}, ${raw.trim()}` : raw
    held = ''
    const trimmed = fragment.replace(/^[\s\u3000]+|[\s\u3000]+$/gu, '')
    if (trimmed === '' || trimmed === '>') continue
    const found = addresses.length < pastedRecipientsMax ? read(trimmed) : undefined
    if (found !== undefined) addresses.push(...found)
    // A comma inside an unquoted name: `Yamada, Taro <taro@example.jp>`.
    else if (endedBy === ',' && !trimmed.includes('@') && !trimmed.includes('＠')) held = trimmed
    else rest.push(trimmed)
  }
  if (held !== '') rest.push(held)
  return { addresses, rest }
}

/** As other programs read it when a chip is copied. */
export const writeAddress = ({ name, email }: Address): string => {
  if (name === null || name === '') return email
  return /^[\p{L}\p{N}\p{M} \u3000._-]+$/u.test(name) ? `${name} <${email}>` : `"${name.replace(/[\\"]/gu, '\\$&')}" <${email}>`
}

/** One place per recipient: the first, which in To, Cc, Bcc order is the most open one. */
export const withoutDoubles = (addresses: readonly Address[], taken: Set<string> = new Set()): Address[] =>
  addresses.filter(({ email }) => {
    const key = addressKey(email)
    if (taken.has(key)) return false
    taken.add(key)
    return true
  })
