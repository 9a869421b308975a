/** Plain text as it is shown: quotes by depth (RFC 3676 section 4.5), soft line breaks joined (section 4.2), addresses as links. */
import { linkAddress } from '@bulkhead/wire/html/link-address.ts'

export interface TextSegment {
  readonly text: string
  readonly depth: number
  readonly href: string | null
}

export interface SegmentedText {
  readonly segments: readonly TextSegment[]
  readonly hasQuote: boolean
  readonly truncated: boolean
}

const textCharsMax = 500_000
const segmentsMax = 20_000
const depthMax = 50
/** An address begins here and goes on to a blank; Japanese text follows without one. */
const addressed = /(?:https?:\/\/|mailto:|www\.)[!#-;=?-Z\\^-z~|_%@]{1,2000}|[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g

/** A full stop or bracket behind an address belongs to the sentence. */
const withoutEnd = (text: string): string => {
  let end = text.length
  while (end > 0) {
    const char = text[end - 1] ?? ''
    const isOpen = char === ')' && text.slice(0, end).split('(').length === text.slice(0, end).split(')').length
    if (!'.,;:!?\'")]>*'.includes(char) || isOpen) break
    end -= 1
  }
  return text.slice(0, end)
}

const hrefOf = (text: string): string | null => {
  const written = /^(?:https?:|mailto:)/i.test(text) ? text : text.includes('@') && !text.startsWith('www.') ? `mailto:${text}` : `http://${text}`
  return linkAddress(written) ?? null
}

function* linked(text: string, depth: number): Generator<TextSegment> {
  let done = 0
  for (const match of text.matchAll(addressed)) {
    const found = withoutEnd(match[0])
    const href = found === '' ? null : hrefOf(found)
    if (href === null) continue
    if (match.index > done) yield { text: text.slice(done, match.index), depth, href: null }
    yield { text: found, depth, href }
    done = match.index + found.length
  }
  if (done < text.length) yield { text: text.slice(done), depth, href: null }
}

interface Line {
  readonly depth: number
  readonly text: string
}

const lineOf = (raw: string): Line => {
  let depth = 0
  let at = 0
  while (at < raw.length && depth < depthMax) {
    if (raw[at] === '>') depth += 1
    else if (raw[at] !== ' ' || raw[at + 1] !== '>' || depth === 0) break
    at += 1
  }
  return { depth, text: depth > 0 && raw[at] === ' ' ? raw.slice(at + 1) : raw.slice(at) }
}

/** `format=flowed` (RFC 3676): a line that ends in a blank goes on in the next of its depth. */
const unflowed = (lines: readonly Line[], deletesSpace: boolean): readonly Line[] => {
  const out: Line[] = []
  let open: string[] = []
  let openDepth = 0
  const close = (): void => {
    if (open.length > 0) out.push({ depth: openDepth, text: open.join('') })
    open = []
  }
  for (const { depth, text: raw } of lines) {
    const text = raw.startsWith(' ') && depth === 0 ? raw.slice(1) : raw
    if (depth !== openDepth) close()
    openDepth = depth
    const flows = text.endsWith(' ') && text !== '-- '
    open.push(flows && deletesSpace ? text.slice(0, -1) : text)
    if (!flows) close()
  }
  close()
  return out
}

/** Runs of lines of one depth. */
const runs = (lines: readonly Line[]): readonly Line[] => {
  const out: { depth: number; texts: string[] }[] = []
  for (const { depth, text } of lines) {
    const last = out.at(-1)
    if (last?.depth === depth) last.texts.push(text)
    else out.push({ depth, texts: [text] })
  }
  return out.map(({ depth, texts }) => ({ depth, text: `${texts.join('\n')}\n` }))
}

export interface TextFormat {
  readonly flowed: boolean
  readonly deletesSpace: boolean
}

/** By hand: an expression would look at each of a long run of line ends that is not the last. */
const withoutEmptyEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}

export const segmentedText = (text: string, { flowed, deletesSpace }: TextFormat): SegmentedText => {
  const kept = text.length > textCharsMax ? text.slice(0, textCharsMax) : text
  const lines = withoutEmptyEnd(kept.replaceAll(/\r\n?/g, '\n')).split('\n').map(lineOf)
  const segments: TextSegment[] = []
  for (const { depth, text: run } of runs(flowed ? unflowed(lines, deletesSpace) : lines)) {
    for (const segment of linked(run, depth)) {
      if (segments.length >= segmentsMax) return { segments, hasQuote: true, truncated: true }
      segments.push(segment)
    }
  }
  const own = segments.some((segment) => segment.depth === 0 && segment.text.trim() !== '')
  return { segments, hasQuote: own && segments.some(({ depth }) => depth > 0), truncated: text.length > textCharsMax }
}
