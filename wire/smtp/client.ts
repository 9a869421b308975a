/**
 * The client's side of SMTP and LMTP as a pure engine: what was asked goes in, replies come out matched in order, each
 * under the tag its asker gave. Commands may be pipelined (RFC 2920) as far as `mayFollow` allows; after the last chunk
 * or the final dot LMTP answers once per accepted recipient (RFC 2033 section 4.2), so the caller says how many.
 */
import { encodeCommand, type SmtpCommand, type SmtpVerb } from './command.ts'
import type { OddDots } from './path.ts'
import { replyReader, type Reply } from './reply.ts'

export interface Answered<Tag> {
  readonly tag: Tag
  readonly reply: Reply
}

/**
 * `unasked` is a reply nobody waits for: a server that says 421 and leaves, or one that is out of step; either way the
 * connection is over.
 */
export type ClientFinding<Tag> =
  | { readonly is: 'answered'; readonly tag: Tag; readonly reply: Reply }
  | { readonly is: 'unasked'; readonly reply: Reply }
  | { readonly is: 'garbled' }

/** Replies that may be owed at once; a caller that pipelines more waits for some first. */
export const owedMax = 4_096

export interface SmtpClient<Tag> {
  /** Waits for one more reply under `tag`: the greeting, the replies after content. */
  expect(tag: Tag, replies?: number): void
  /** The command's bytes as text (write as UTF-8), one reply expected under `tag`. */
  ask(command: SmtpCommand, tag: Tag, oddDots?: OddDots): string
  push(chunk: Uint8Array): void
  next(): ClientFinding<Tag> | undefined
  /** Tags whose replies are still owed, oldest first: what fails when the connection breaks. */
  owed(): readonly Tag[]
  readonly owedCount: number
  readonly mayAsk: boolean
  /** Bytes after the last reply: nothing may be here when TLS starts (RFC 3207 section 6). */
  rest(): Buffer
}

export const smtpClient = <Tag>(): SmtpClient<Tag> => {
  const reader = replyReader()
  let waiting: Tag[] = []
  let first = 0

  const shift = (): Tag | undefined => {
    const tag = waiting[first]
    first += 1
    if (first === waiting.length || first >= 1_024) {
      waiting = waiting.slice(first)
      first = 0
    }
    return tag
  }

  return {
    expect(tag, replies = 1) {
      for (let count = 0; count < replies; count += 1) waiting.push(tag)
    },
    ask(command, tag, oddDots = 'quoted') {
      waiting.push(tag)
      return encodeCommand(command, oddDots)
    },
    push: (chunk) => reader.push(chunk),
    next() {
      const reply = reader.next()
      if (reply === undefined) return undefined
      if (reply === 'garbled') return { is: 'garbled' }
      if (first === waiting.length) return { is: 'unasked', reply }
      return { is: 'answered', tag: shift() as Tag, reply }
    },
    owed: () => waiting.slice(first),
    get owedCount() {
      return waiting.length - first
    },
    get mayAsk() {
      return waiting.length - first < owedMax
    },
    rest: () => reader.rest(),
  }
}

const groupEnders: ReadonlySet<SmtpVerb> = new Set(['EHLO', 'HELO', 'LHLO', 'DATA', 'STARTTLS', 'AUTH', 'VRFY', 'NOOP', 'QUIT'])

/** RFC 2920 section 3.1: whether another command may be sent before the reply to this one has come. */
export const mayFollow = (verb: SmtpVerb): boolean => !groupEnders.has(verb)

/** Keywords of an EHLO or LHLO reply with their parameters, upper case; the first line is the server's name. */
export const extensionsOf = (hello: Reply): ReadonlyMap<string, string> =>
  new Map(
    hello.lines.slice(1).map((line) => {
      const space = line.indexOf(' ')
      const keyword = space === -1 ? line : line.slice(0, space)
      return [keyword.toUpperCase(), space === -1 ? '' : line.slice(space + 1)]
    }),
  )
