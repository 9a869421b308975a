/**
 * SMTP and LMTP command lines: one line of bytes without its CRLF to a value or a refusal, and back. Never throws on
 * input. Which command is welcome when is in `phases.ts`.
 */
import { latin1, utf8Text } from '@bulkhead/base/bytes.ts'
import { unreachable } from '@bulkhead/base/assert.ts'
import { charClass } from './characters.ts'
import type { OddDots } from './path.ts'
import { reply, type Reply } from './reply.ts'
import { parseAuth, type Auth } from './verbs/auth.ts'
import { parseBdat, type Bdat } from './verbs/bdat.ts'
import { parseBurl, type Burl } from './verbs/burl.ts'
import { parseHello, type Hello } from './verbs/hello.ts'
import { encodeMail, parseMail, type Mail } from './verbs/mail.ts'
import { encodeRcpt, parseRcpt, type Rcpt } from './verbs/rcpt.ts'
import { encodeXclient, parseXclient, type Xclient } from './verbs/xclient.ts'

/** Commands that are a word alone. XACK, ours and inside only: the oldest answered transaction's reply has left. */
export interface Bare {
  readonly verb: 'STARTTLS' | 'DATA' | 'RSET' | 'QUIT' | 'XACK'
}

/** Commands whose argument is of no consequence. */
export interface Loose {
  readonly verb: 'NOOP' | 'HELP' | 'VRFY'
  readonly text: string
}

export type SmtpCommand = Hello | Auth | Mail | Rcpt | Bdat | Burl | Xclient | Bare | Loose
export type SmtpVerb = SmtpCommand['verb']

export type ParsedCommand =
  | { readonly is: 'command'; readonly command: SmtpCommand }
  /** `verb` is undefined where not even that was understood. */
  | { readonly is: 'refused'; readonly verb: SmtpVerb | undefined; readonly reply: Reply }

/** RFC 5321 section 4.5.3.1.4 says 512 and each extension adds to it; with room for long SMTPUTF8 paths. */
export const commandLineBytesMax = 2_048
/** RFC 4954 section 4: a line with an initial response. */
export const authLineBytesMax = 12_288

const verbBytesMax = 8

const bare =
  (verb: Bare['verb']) =>
  (args: string): Bare | Reply =>
    args === '' ? { verb } : reply(501, '5.5.4', `${verb} takes no argument`)
const loose =
  (verb: Loose['verb']) =>
  (args: string): Loose => ({ verb, text: args })

type Grammar = (args: string) => SmtpCommand | Reply

const grammars: ReadonlyMap<string, Grammar> = new Map<Exclude<SmtpVerb, 'AUTH'>, Grammar>([
  ['EHLO', (args) => parseHello('EHLO', args)],
  ['HELO', (args) => parseHello('HELO', args)],
  ['LHLO', (args) => parseHello('LHLO', args)],
  ['MAIL', parseMail],
  ['RCPT', parseRcpt],
  ['DATA', bare('DATA')],
  ['BDAT', parseBdat],
  ['BURL', parseBurl],
  ['RSET', bare('RSET')],
  ['NOOP', loose('NOOP')],
  ['QUIT', bare('QUIT')],
  ['STARTTLS', bare('STARTTLS')],
  ['VRFY', loose('VRFY')],
  ['HELP', loose('HELP')],
  ['XCLIENT', parseXclient],
  ['XACK', bare('XACK')],
])

const unrecognised: ParsedCommand = {
  is: 'refused',
  verb: undefined,
  reply: reply(500, '5.5.2', 'Command not recognized'),
}

/** Text of an argument, without trailing spaces; undefined where it holds a control character or is not UTF-8. */
const argumentText = (bytes: Buffer): string | undefined => {
  const narrow = latin1(bytes).trimEnd()
  const text = charClass.isAscii(narrow) ? narrow : utf8Text(bytes)?.trimEnd()
  return text === undefined || charClass.hasControl(text) ? undefined : text
}

const outcome = (verb: SmtpVerb, parsed: SmtpCommand | Reply): ParsedCommand =>
  'verb' in parsed ? { is: 'command', command: parsed } : { is: 'refused', verb, reply: parsed }

/** `line` is a view; of what is returned only AUTH's initial response refers to it. */
export const parseCommand = (line: Buffer): ParsedCommand => {
  const space = line.indexOf(0x20)
  const verbEnd = space === -1 ? line.length : space
  if (verbEnd === 0 || verbEnd > verbBytesMax) return unrecognised
  const verb = line.toString('latin1', 0, verbEnd).toUpperCase()
  const argsStart = space === -1 ? line.length : space + 1
  if (verb === 'AUTH') return outcome('AUTH', parseAuth(line.subarray(argsStart)))
  const grammar = grammars.get(verb)
  if (grammar === undefined) return unrecognised
  const args = argumentText(line.subarray(argsStart))
  const known = verb as SmtpVerb
  if (args === undefined) return outcome(known, reply(501, '5.5.2', 'Control character or malformed UTF-8'))
  return outcome(known, grammar(args))
}

/** The line with its CRLF; write it as UTF-8. */
export const encodeCommand = (command: SmtpCommand, oddDots: OddDots = 'quoted'): string => {
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return `${command.verb} ${command.name}\r\n`
    case 'MAIL':
      return `${encodeMail(command, oddDots)}\r\n`
    case 'RCPT':
      return `${encodeRcpt(command, oddDots)}\r\n`
    case 'BDAT':
      return `BDAT ${command.sizeBytes}${command.last ? ' LAST' : ''}\r\n`
    case 'BURL':
      return `BURL ${command.url}${command.last ? ' LAST' : ''}\r\n`
    case 'XCLIENT':
      return `${encodeXclient(command)}\r\n`
    case 'AUTH': {
      const { mechanism, initialResponse } = command
      return `AUTH ${mechanism}${initialResponse === undefined ? '' : ` ${latin1(initialResponse)}`}\r\n`
    }
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
      return command.text === '' ? `${command.verb}\r\n` : `${command.verb} ${command.text}\r\n`
    case 'STARTTLS':
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'XACK':
      return `${command.verb}\r\n`
    default:
      return unreachable(command)
  }
}
