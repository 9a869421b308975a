/**
 * Transcripts as RFC examples are written. One claim per file: its first comment.
 *   `# text`        comment            `given text`    what is there before, see `given.ts`
 *   `C: line`       client 1 sends     `C2: line`      client 2 sends
 *   `S: line`       the next line client 1 gets; `S>: line` skips others before it
 *   `~:`            client 1 compresses, and expects it compressed, from here on
 *   `^:`            client 1 begins TLS, and expects it, from here on
 *   `!: line`       must not come to client 1 before it sends again
 * In a line `$x` stands for any word and afterwards for the same; a final `*` for any rest; `\x00` for a byte.
 */
export type Step =
  | { readonly is: 'given'; readonly text: string; readonly at: number }
  | { readonly is: 'send' | 'expect' | 'seek' | 'never' | 'compress' | 'secure'; readonly client: number; readonly text: string; readonly at: number }

export interface Transcript {
  readonly claim: string
  readonly steps: readonly Step[]
}

const kinds = { C: 'send', S: 'expect', 'S>': 'seek', '!': 'never', '~': 'compress', '^': 'secure' } as const

const stepOf = (line: string, at: number): Step | undefined => {
  if (line.startsWith('given ')) return { is: 'given', text: line.slice(6), at }
  const found = /^(C|S>|S|!|~|\^)(\d?)(>?): ?(.*)$/s.exec(line)
  if (found === null) throw new Error(`line ${at}: not a line of a transcript: ${line}`)
  const [, mark = '', number = '', seeks = '', text = ''] = found
  const kind = kinds[`${mark}${seeks}` as keyof typeof kinds]
  return { is: kind, client: number === '' ? 1 : Number(number), text, at }
}

export const parseTranscript = (source: string): Transcript => {
  const lines = source.split('\n')
  const claim = lines.find((line) => line.startsWith('#'))?.slice(1).trim() ?? ''
  const steps = lines.flatMap((line, at) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const step = stepOf(line, at + 1)
    return step === undefined ? [] : [step]
  })
  return { claim, steps }
}

/** As a regular expression that stands for the text itself; `\x00` stays one. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\\\\x([0-9a-f]{2})/g, '\\x$1')

export type Bound = Map<string, string>

/** A line to send: bound words in place, escaped bytes as they are. */
export const filled = (text: string, bound: Bound): Buffer =>
  Buffer.concat(
    text
      .replaceAll(/\$([a-z]\w*)/g, (whole, name: string) => bound.get(name) ?? whole)
      .split(/\\x([0-9a-f]{2})/)
      .map((piece, at) => (at % 2 === 0 ? Buffer.from(piece, 'utf8') : Buffer.from(piece, 'hex'))),
  )

/** Whether `line` is as `pattern` says; binds its words where it is. */
export const isAsTold = (pattern: string, line: string, bound: Bound): boolean => {
  const glob = pattern.endsWith('*') && pattern !== '*'
  const names: string[] = []
  const body = (glob ? pattern.slice(0, -1) : pattern).split(/(\$[a-z]\w*)/).map((piece) => {
    const name = /^\$([a-z]\w*)$/.exec(piece)?.[1]
    if (name === undefined) return escaped(piece)
    const known = bound.get(name)
    if (known !== undefined) return escaped(known)
    if (names.includes(name)) return `\\k<${name}>`
    names.push(name)
    return `(?<${name}>[^\\s\\])]+)`
  })
  const found = new RegExp(`^${body.join('')}${glob ? '.*' : ''}$`, 's').exec(line)
  if (found === null) return false
  for (const name of names) bound.set(name, found.groups?.[name] ?? '')
  return true
}
