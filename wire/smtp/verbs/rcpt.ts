/**
 * `rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters]` (RFC 5321
 * section 4.1.1.3), with NOTIFY and ORCPT (RFC 3461).
 */
import { encodePath, parsePath, type Address, type OddDots } from '../path.ts'
import { readParameters, type ParameterTable } from '../parameters.ts'
import { reply, type Reply } from '../reply.ts'
import { pathAfter } from './mail.ts'

export type NotifyEvent = 'SUCCESS' | 'FAILURE' | 'DELAY'

export interface RcptParameters {
  /** Empty is NEVER; undefined is the default of RFC 3461 section 4.1. */
  readonly notify: readonly NotifyEvent[] | undefined
  /** `addr-type ";" xtext` as it came. */
  readonly originalRecipient: string | undefined
}

export interface Rcpt extends RcptParameters {
  readonly verb: 'RCPT'
  readonly forwardPath: Address
}

/** RFC 3461 section 4.2. */
const originalRecipientMax = 500
const originalRecipientPattern = /^[A-Za-z0-9-]{1,40};[!-~\u00a0-\uffff]+$/
export const noRcptParameters: RcptParameters = { notify: undefined, originalRecipient: undefined }

const notifyEvents: readonly NotifyEvent[] = ['SUCCESS', 'FAILURE', 'DELAY']

const readNotify = (value: string): readonly NotifyEvent[] | undefined => {
  const words = value.toUpperCase().split(',', notifyEvents.length + 1)
  if (words.length === 1 && words[0] === 'NEVER') return []
  if (new Set(words).size !== words.length) return undefined
  const events = words.map((word) => notifyEvents.find((event) => event === word))
  return events.every((event) => event !== undefined) ? events : undefined
}

const table: ParameterTable<RcptParameters> = {
  NOTIFY: (value) => {
    const notify = value === undefined ? undefined : readNotify(value)
    return notify === undefined ? undefined : { notify }
  },
  ORCPT: (value) => {
    if (value === undefined || value.length > originalRecipientMax) return undefined
    return originalRecipientPattern.test(value) ? { originalRecipient: value } : undefined
  },
}

export const rcpt = (forwardPath: Address, parameters: Partial<RcptParameters> = {}): Rcpt => ({
  verb: 'RCPT',
  forwardPath,
  ...noRcptParameters,
  ...parameters,
})

/** Whether a path beyond ASCII is welcome depends on the MAIL before: `isAsciiPath` and the session decide. */
export const parseRcpt = (args: string): Rcpt | Reply => {
  const start = pathAfter('TO:', args)
  if (start === undefined) return reply(501, '5.5.4', 'Syntax: RCPT TO:<address>')
  const parsed = parsePath(args, start)
  if (parsed === undefined || parsed.path === null) return reply(501, '5.1.3', 'Bad recipient address syntax')
  const read = readParameters(args.slice(parsed.end), table, noRcptParameters)
  if ('refusal' in read) return read.refusal
  return { verb: 'RCPT', forwardPath: parsed.path, ...read.values }
}

export const encodeRcpt = ({ forwardPath, notify, originalRecipient }: Rcpt, oddDots: OddDots): string => {
  const events = notify === undefined ? '' : ` NOTIFY=${notify.length === 0 ? 'NEVER' : notify.join(',')}`
  const original = originalRecipient === undefined ? '' : ` ORCPT=${originalRecipient}`
  return `RCPT TO:${encodePath(forwardPath, oddDots)}${events}${original}`
}
