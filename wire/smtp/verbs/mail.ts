/**
 * `mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]` (RFC 5321 section 4.1.1.2), with SIZE (RFC 1870), BODY (RFC
 * 6152, 3030), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461), AUTH (RFC 4954 section 5), REQUIRETLS (RFC 8689),
 * and what `handling.ts` has.
 */
import { charClass } from '../characters.ts'
import { encodePath, isAsciiPath, parsePath, type OddDots, type ReversePath } from '../path.ts'
import { readParameters, type ParameterTable } from '../parameters.ts'
import { reply, type Reply } from '../reply.ts'
import { decodeXtext, encodeXtext } from '../xtext.ts'
import { encodeHandling, handlingTable, noHandling, type HandlingParameters } from './handling.ts'

export interface MailParameters extends HandlingParameters {
  readonly size: number | undefined
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME' | undefined
  readonly smtpUtf8: boolean
  readonly ret: 'FULL' | 'HDRS' | undefined
  readonly envelopeId: string | undefined
  /** What the submitter says who it is; `<>` where it will not say. */
  readonly auth: string | undefined
  readonly requireTls: boolean
}

export interface Mail extends MailParameters {
  readonly verb: 'MAIL'
  readonly reversePath: ReversePath
}

const envelopeIdMax = 100
const authMax = 500

export const noMailParameters: MailParameters = {
  size: undefined,
  body: undefined,
  smtpUtf8: false,
  ret: undefined,
  envelopeId: undefined,
  auth: undefined,
  requireTls: false,
  ...noHandling,
}

const table: ParameterTable<MailParameters> = {
  SIZE: (value) => {
    if (value === undefined || !/^[0-9]{1,20}$/.test(value)) return undefined
    return { size: Math.min(Number(value), Number.MAX_SAFE_INTEGER) }
  },
  BODY: (value) => {
    const body = value?.toUpperCase()
    return body === '7BIT' || body === '8BITMIME' || body === 'BINARYMIME' ? { body } : undefined
  },
  SMTPUTF8: (value) => (value === undefined ? { smtpUtf8: true } : undefined),
  REQUIRETLS: (value) => (value === undefined ? { requireTls: true } : undefined),
  RET: (value) => {
    const ret = value?.toUpperCase()
    return ret === 'FULL' || ret === 'HDRS' ? { ret } : undefined
  },
  ENVID: (value) => {
    const envelopeId = value === undefined || value.length > envelopeIdMax ? undefined : decodeXtext(value)
    return envelopeId === undefined || charClass.hasControl(envelopeId) ? undefined : { envelopeId }
  },
  AUTH: (value) => {
    const auth = value === undefined || value.length > authMax ? undefined : decodeXtext(value)
    return auth === undefined || auth === '' ? undefined : { auth }
  },
  ...handlingTable,
}

export const mail = (reversePath: ReversePath, parameters: Partial<MailParameters> = {}): Mail => ({
  verb: 'MAIL',
  reversePath,
  ...noMailParameters,
  ...parameters,
})

/** Index of the path in `FROM:<…>`. quirkSpaceAfterColon: old clients write a space there. */
export const pathAfter = (word: string, args: string): number | undefined => {
  if (args.slice(0, word.length).toUpperCase() !== word) return undefined
  let at = word.length
  while (args[at] === ' ') at += 1
  return at
}

export const parseMail = (args: string): Mail | Reply => {
  const start = pathAfter('FROM:', args)
  if (start === undefined) return reply(501, '5.5.4', 'Syntax: MAIL FROM:<address>')
  const parsed = parsePath(args, start)
  if (parsed === undefined || parsed.path?.domain === '') return reply(501, '5.1.7', 'Bad sender address syntax')
  const read = readParameters(args.slice(parsed.end), table, noMailParameters)
  if ('refusal' in read) return read.refusal
  if (!read.values.smtpUtf8 && !isAsciiPath(parsed.path)) return reply(553, '5.6.7', 'Address needs SMTPUTF8')
  return { verb: 'MAIL', reversePath: parsed.path, ...read.values }
}

export const encodeMail = (command: Mail, oddDots: OddDots): string => {
  const { reversePath, size, body, smtpUtf8, ret, envelopeId, auth, requireTls } = command
  return [
    `MAIL FROM:${encodePath(reversePath, oddDots)}`,
    size === undefined ? '' : ` SIZE=${size}`,
    body === undefined ? '' : ` BODY=${body}`,
    smtpUtf8 ? ' SMTPUTF8' : '',
    ret === undefined ? '' : ` RET=${ret}`,
    envelopeId === undefined ? '' : ` ENVID=${encodeXtext(envelopeId)}`,
    auth === undefined ? '' : ` AUTH=${encodeXtext(auth)}`,
    requireTls ? ' REQUIRETLS' : '',
    encodeHandling(command),
  ].join('')
}
