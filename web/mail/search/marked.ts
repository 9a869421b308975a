/** A snippet of SearchSnippet/get (RFC 8621 section 5): text in which only `<mark>` is markup, as pieces that become text nodes. Pure. */

export interface Piece {
  readonly text: string
  readonly isMarked: boolean
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

const plain = (html: string): string => html.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)

/** Whatever else stands there is text. */
export const piecesOf = (html: string): readonly Piece[] => {
  const pieces: Piece[] = []
  let isMarked = false
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === '<mark>') isMarked = true
    else if (part === '</mark>') isMarked = false
    else if (part !== '') pieces.push({ text: plain(part), isMarked })
  }
  return pieces
}

/** Characters of a row before the first mark: more would hide it behind the row's end. */
const leadMax = 10

/** Of an excerpt, from a little before the first mark on. */
export const fromMark = (pieces: readonly Piece[]): readonly Piece[] => {
  const [first, ...rest] = pieces
  if (first === undefined || first.isMarked || rest.length === 0) return pieces
  const lead = [...first.text]
  return lead.length <= leadMax ? pieces : [{ text: `…${lead.slice(-leadMax).join('')}`, isMarked: false }, ...rest]
}

const texts = new Set(['text', 'body', 'subject'])
const depthMax = 12

/** Whether a filter looks for words that could be shown: reading messages for others is for nothing. */
export const looksForText = (filter: unknown, depth = 0): boolean => {
  if (typeof filter !== 'object' || filter === null || depth > depthMax) return false
  if ('conditions' in filter && Array.isArray(filter.conditions)) {
    return (!('operator' in filter) || filter.operator !== 'NOT') && filter.conditions.some((one: unknown) => looksForText(one, depth + 1))
  }
  return Object.keys(filter).some((name) => texts.has(name))
}
