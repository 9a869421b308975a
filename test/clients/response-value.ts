/** Values in IMAP responses, as another server writes them too: what two servers say is compared as these, whatever its spelling. */

/** Null for NIL; atoms and numbers as strings with a mark before them. */
export type Value = null | string | { readonly atom: string } | readonly Value[]

interface Read<T> {
  readonly value: T
  readonly end: number
}

const atomAt = (text: string, at: number): Read<Value> => {
  const atom = /[^\s()]+/y
  atom.lastIndex = at
  const [found = ''] = atom.exec(text) ?? []
  if (found === '') throw new Error(`no value at ${at}: ${text.slice(at, at + 40)}`)
  return { value: found === 'NIL' ? null : { atom: found }, end: at + found.length }
}

const quotedAt = (text: string, at: number): Read<Value> => {
  const quoted = /"((?:[^"\\]|\\[^])*)"/y
  quoted.lastIndex = at
  const [whole = '', inside = ''] = quoted.exec(text) ?? []
  return { value: inside.replace(/\\([^])/g, '$1'), end: at + whole.length }
}

const literalAt = (text: string, at: number): Read<Value> => {
  const size = Number(text.slice(at + 1, text.indexOf('}', at)))
  const start = text.indexOf('\n', at) + 1
  return { value: text.slice(start, start + size), end: start + size }
}

const listAt = (text: string, from: number): Read<Value> => {
  const list: Value[] = []
  let at = from + 1
  for (;;) {
    while (text[at] === ' ') at += 1
    if (text[at] === ')') return { value: list, end: at + 1 }
    const { value, end } = valueAt(text, at)
    list.push(value)
    at = end
  }
}

/** The value that begins at `at`; `text` is one character a byte. Throws where there is none. */
export const valueAt = (text: string, at: number): Read<Value> => {
  const first = text[at]
  if (first === '(') return listAt(text, at)
  if (first === '"') return quotedAt(text, at)
  return first === '{' ? literalAt(text, at) : atomAt(text, at)
}

/** `* n FETCH (…)` responses among others: what each says of each item. */
export const fetched = (text: string): readonly ReadonlyMap<string, Value>[] => {
  const found: Map<string, Value>[] = []
  const start = /^\* \d+ FETCH \(/gm
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const { value, end } = listAt(text, match.index + match[0].length - 1)
    start.lastIndex = end
    const items = new Map<string, Value>()
    if (!Array.isArray(value)) continue
    for (let at = 0; at < value.length; at += 2) {
      const name: Value = value[at] ?? null
      if (name !== null && typeof name === 'object' && 'atom' in name) items.set(name.atom, value[at + 1] ?? null)
    }
    found.push(items)
  }
  return found
}
