/** Words of a search: full-width signs count as their narrow twins, quotes hold words together. Pure. */

export type Token =
  | { readonly is: 'open' | 'close' | 'or' | 'not' }
  | { readonly is: 'term'; readonly key: string; readonly value: string; readonly quoted: boolean }

/** Longer searches are cut here. */
export const searchLengthMax = 1000
const tokensMax = 100

const spaces = /[\s\u3000]/u
const quotes: Record<string, string> = { '"': '"', '“': '”', '”': '”', '＂': '＂', '「': '」' }
const opens = new Set(['(', '（'])
const closes = new Set([')', '）'])
const colons = new Set([':', '：'])
const minuses = new Set(['-', '－', '−'])

interface Read {
  readonly text: string
  readonly end: number
}

const readQuoted = (text: string, at: number): Read => {
  const closing = quotes[text[at] ?? ''] ?? '"'
  let end = at + 1
  while (end < text.length && text[end] !== closing && !(closing === '”' && text[end] === '"')) end += 1
  return { text: text.slice(at + 1, end), end: end + 1 }
}

const endsWord = (char: string): boolean => spaces.test(char) || opens.has(char) || closes.has(char)

const readWord = (text: string, at: number): Read => {
  let end = at
  while (end < text.length && !endsWord(text[end] ?? ' ') && !colons.has(text[end] ?? '')) end += 1
  return { text: text.slice(at, end), end }
}

/** What follows a colon: a quoted text, or everything up to a space, colons too (`rfc822msgid:`, times). */
const readValue = (text: string, at: number): Read & { readonly quoted: boolean } => {
  if (quotes[text[at] ?? ''] !== undefined) return { ...readQuoted(text, at), quoted: true }
  let end = at
  while (end < text.length && !endsWord(text[end] ?? ' ')) end += 1
  return { text: text.slice(at, end), end, quoted: false }
}

const readTerm = (text: string, at: number, isKey: (word: string) => boolean): { readonly token: Token; readonly end: number } => {
  if (quotes[text[at] ?? ''] !== undefined) {
    const { text: value, end } = readQuoted(text, at)
    return { token: { is: 'term', key: '', value, quoted: true }, end }
  }
  const word = readWord(text, at)
  const key = word.text.normalize('NFKC').toLowerCase()
  if (colons.has(text[word.end] ?? '') && isKey(key)) {
    const { text: value, end, quoted } = readValue(text, word.end + 1)
    return { token: { is: 'term', key, value, quoted }, end }
  }
  const { text: value, end } = readValue(text, at)
  // A lone sign that starts nothing still moves on.
  return { token: { is: 'term', key: '', value, quoted: false }, end: Math.max(end, at + 1) }
}

export const tokensOf = (search: string, isKey: (word: string) => boolean): readonly Token[] => {
  const text = search.slice(0, searchLengthMax)
  const found: Token[] = []
  let at = 0
  while (at < text.length && found.length < tokensMax) {
    const char = text[at] ?? ''
    if (spaces.test(char)) at += 1
    else if (opens.has(char) || closes.has(char)) {
      found.push({ is: opens.has(char) ? 'open' : 'close' })
      at += 1
    } else if (minuses.has(char) && at + 1 < text.length && !spaces.test(text[at + 1] ?? ' ')) {
      found.push({ is: 'not' })
      at += 1
    } else {
      const { token, end } = readTerm(text, at, isKey)
      const isOr = token.is === 'term' && !token.quoted && token.key === '' && /^(?:OR|ＯＲ|または)$/u.test(token.value)
      if (isOr) found.push({ is: 'or' })
      else if (token.is !== 'term' || token.value !== '' || token.key !== '') found.push(token)
      at = end
    }
  }
  return found
}
