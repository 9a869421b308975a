/**
 * APPEND and REPLACE around the bytes they bring (RFC 9051 section 6.3.12; several messages RFC 3502; `CATENATE` RFC 4469;
 * `UTF8` RFC 6855; `literal8` RFC 3516; REPLACE RFC 8508). Messages never are in memory: this reads what stands between them.
 *
 *   append         = "APPEND" SP mailbox 1*(SP append-message)
 *   replace        = "REPLACE" SP seq-number SP mailbox SP append-message
 *   append-message = [flag-list SP] [date-time SP] append-data
 *   append-data    = literal / literal8 / "UTF8" SP "(" literal8 ")" / "CATENATE" SP "(" cat-part *(SP cat-part) ")"
 *   cat-part       = "TEXT" SP (literal / literal8) / "URL" SP astring
 */
import { commandLine } from './command-line.ts'
import { dateTime } from './date.ts'
import { flagList } from './flag.ts'
import type { Text } from './language.ts'
import { mailboxName } from './mailbox-name.ts'
import {
  ahead, astring, AwaitsLiteral, bad, BadSyntax, isAtEnd, keyword, need, number, nzNumber, peek, scanOf, skipped, space, type Scan,
} from './scan.ts'

export interface AppendTarget {
  readonly is: 'target'
  /** REPLACE names the message that goes; APPEND none. */
  readonly replaces: { readonly number: number; readonly byUid: boolean } | null
  readonly mailbox: string
}

export interface AppendHead {
  readonly is: 'message'
  readonly flags: readonly string[]
  /** Null: now. */
  readonly internalDateMs: number | null
  readonly form: 'whole' | 'utf8' | 'catenate'
}

export type AppendStep =
  | AppendTarget
  | AppendHead
  | { readonly is: 'url'; readonly url: Buffer }
  /** Always the last of its segment: the bytes follow. */
  | { readonly is: 'literal'; readonly sizeBytes: number; readonly isBinary: boolean }
  | { readonly is: 'messageEnd' }
  | { readonly is: 'end' }

export type AppendSegment =
  | { readonly is: 'steps'; readonly steps: readonly AppendStep[] }
  /** The literal just announced is a string of the command's own: to be kept, and the segment given again with it. */
  | { readonly is: 'awaitsLiteral' }
  | { readonly is: 'bad'; readonly why: Text }

export interface AppendReader {
  /** What came since the command began, or since the last streamed literal: up to the next literal's announcement or the end. */
  segment(bytes: Buffer): AppendSegment
}

type Place = 'command' | 'message' | 'part' | 'afterPart' | 'utf8End' | 'wholeEnd' | 'afterMessage' | 'over'

/** `["~"] "{" number ["+"] "}" CRLF`, which ends the segment. */
const announced = (scan: Scan, mayBeText: boolean): AppendStep => {
  const isBinary = skipped(scan, '~')
  if (!isBinary && !mayBeText) bad('Missing literal8')
  if (!skipped(scan, '{')) bad('Message is no literal')
  const sizeBytes = number(scan)
  skipped(scan, '+')
  need(scan, '}')
  need(scan, '\r')
  need(scan, '\n')
  return isAtEnd(scan) ? { is: 'literal', sizeBytes, isBinary } : bad('Message is no literal')
}

/** `[flag-list SP] [date-time SP]` */
const options = (scan: Scan): Pick<AppendHead, 'flags' | 'internalDateMs'> => {
  const hasFlags = peek(scan) === 0x28
  const flags = hasFlags ? flagList(scan) : []
  if (hasFlags) space(scan)
  const internalDateMs = peek(scan) === 0x22 ? dateTime(scan) : null
  if (internalDateMs !== null) space(scan)
  return { flags, internalDateMs }
}

const target = (scan: Scan): AppendTarget => {
  const { name, byUid } = commandLine(scan)
  if (name !== 'APPEND' && name !== 'REPLACE') bad('Unknown command')
  if (name === 'APPEND' && byUid) bad('Unknown command')
  space(scan)
  const replaced = name === 'REPLACE' ? nzNumber(scan) : null
  if (replaced !== null) space(scan)
  const mailbox = mailboxName(scan)
  return { is: 'target', replaces: replaced === null ? null : { number: replaced, byUid }, mailbox }
}

/** What is read at each place; gives the next place. */
const readers: Readonly<Record<Exclude<Place, 'over'>, (scan: Scan, steps: AppendStep[], isReplace: boolean) => Place>> = {
  command(scan, steps) {
    steps.push(target(scan))
    return 'message'
  },
  message(scan, steps) {
    space(scan)
    const given = options(scan)
    const form = ahead(scan)
    if (form !== 'UTF8' && form !== 'CATENATE') {
      steps.push({ is: 'message', ...given, form: 'whole' }, announced(scan, true))
      return 'wholeEnd'
    }
    keyword(scan)
    space(scan)
    need(scan, '(')
    steps.push({ is: 'message', ...given, form: form === 'UTF8' ? 'utf8' : 'catenate' })
    if (form === 'CATENATE') return 'part'
    steps.push(announced(scan, false))
    return 'utf8End'
  },
  part(scan, steps) {
    const kind = keyword(scan)
    space(scan)
    if (kind === 'TEXT') steps.push(announced(scan, true))
    else if (kind === 'URL') steps.push({ is: 'url', url: astring(scan) })
    else bad('Expected TEXT or URL')
    return 'afterPart'
  },
  afterPart(scan, steps) {
    if (!skipped(scan, ')')) {
      space(scan)
      return 'part'
    }
    steps.push({ is: 'messageEnd' })
    return 'afterMessage'
  },
  utf8End(scan, steps) {
    need(scan, ')')
    steps.push({ is: 'messageEnd' })
    return 'afterMessage'
  },
  wholeEnd(_, steps) {
    steps.push({ is: 'messageEnd' })
    return 'afterMessage'
  },
  afterMessage(scan, steps, isReplace) {
    const from = scan.at
    while (skipped(scan, ' ')) continue
    if (isAtEnd(scan)) {
      steps.push({ is: 'end' })
      return 'over'
    }
    if (isReplace) bad('REPLACE takes one message')
    scan.at = from
    return 'message'
  },
}

export const appendReader = (utf8 = false): AppendReader => {
  let place: Place = 'command'
  let isReplace = false

  const stepsOf = (scan: Scan): readonly AppendStep[] => {
    const steps: AppendStep[] = []
    let at = place
    while (at !== 'over' && steps.at(-1)?.is !== 'literal') at = readers[at](scan, steps, isReplace)
    place = at
    isReplace ||= steps.some((step) => step.is === 'target' && step.replaces !== null)
    return steps
  }

  return {
    segment(bytes) {
      try {
        return { is: 'steps', steps: stepsOf(scanOf(bytes, utf8)) }
      } catch (error) {
        if (error instanceof AwaitsLiteral) return { is: 'awaitsLiteral' }
        if (error instanceof BadSyntax) return { is: 'bad', why: error.why }
        throw error
      }
    },
  }
}

/** Whether a command brings messages, and is read by `appendReader` from its first byte to its last. */
export const bringsMessages = (name: string, byUid: boolean): boolean => name === 'REPLACE' || (name === 'APPEND' && !byUid)
