/** What a ManageSieve server says (RFC 5804 sections 1.3, 4): values to bytes. Whatever a text holds, it stays within its string. */
import { utf8 } from '@bulkhead/base/bytes.ts'

/** RFC 5804 section 1.3. */
export type Code =
  | 'AUTH-TOO-WEAK'
  | 'ENCRYPT-NEEDED'
  | 'QUOTA'
  | 'QUOTA/MAXSCRIPTS'
  | 'QUOTA/MAXSIZE'
  | 'ACTIVE'
  | 'NONEXISTENT'
  | 'ALREADYEXISTS'
  | 'TRYLATER'
  | 'WARNINGS'
  | { readonly tag: Uint8Array }

export interface Reply {
  readonly is: 'OK' | 'NO' | 'BYE'
  readonly code: Code | null
  readonly text: string
}

export const ok = (text: string, code: Code | null = null): Reply => ({ is: 'OK', code, text })
export const no = (text: string, code: Code | null = null): Reply => ({ is: 'NO', code, text })
export const bye = (text: string, code: Code | null = null): Reply => ({ is: 'BYE', code, text })

/** RFC 5804 section 4: what is longer goes as a literal. */
const quotedBytesMax = 1_024
const crlf = Buffer.from('\r\n')
const quoteMark = 0x22
const backslash = 0x5c

const isQuotable = (bytes: Uint8Array): boolean => bytes.length <= quotedBytesMax && !bytes.some((byte) => byte === 0x0d || byte === 0x0a || byte === 0)

/** `string = quoted / literal-s2c` */
export const encodeString = (value: string | Uint8Array): Buffer => {
  const bytes = typeof value === 'string' ? utf8(value) : value
  if (!isQuotable(bytes)) return Buffer.concat([Buffer.from(`{${bytes.length}}\r\n`), bytes])
  const quoted: number[] = [quoteMark]
  for (const byte of bytes) {
    if (byte === quoteMark || byte === backslash) quoted.push(backslash)
    quoted.push(byte)
  }
  return Buffer.from([...quoted, quoteMark])
}

const encodeCode = (code: Code): Buffer =>
  typeof code === 'string' ? Buffer.from(` (${code})`) : Buffer.concat([Buffer.from(' (TAG '), encodeString(code.tag), Buffer.from(')')])

/** `response = response-oknobye` */
export const encodeReply = ({ is, code, text }: Reply): Buffer =>
  Buffer.concat([
    Buffer.from(is),
    ...(code === null ? [] : [encodeCode(code)]),
    ...(text === '' ? [] : [Buffer.from(' '), encodeString(text)]),
    crlf,
  ])

/** A line of LISTSCRIPTS (RFC 5804 section 2.7). */
export const scriptLine = (name: string, isActive: boolean): Buffer => Buffer.concat([encodeString(name), Buffer.from(isActive ? ' ACTIVE\r\n' : '\r\n')])

/** What GETSCRIPT answers (RFC 5804 section 2.9). */
export const scriptContent = (content: string): Buffer => {
  const bytes = utf8(content)
  return Buffer.concat([Buffer.from(`{${bytes.length}}\r\n`), bytes, crlf])
}

/** A challenge of SASL (RFC 5804 section 2.1). */
export const challenge = (base64: string): Buffer => Buffer.concat([encodeString(base64), crlf])

/** RFC 5804 section 1.7. */
export interface Capabilities {
  readonly saslMechanisms: readonly string[]
  readonly startTls: boolean
  readonly extensions: readonly string[]
  readonly redirectsMax: number
  /** Schemes of notifications (RFC 5435); empty: none. */
  readonly notifies: readonly string[]
  /** Who is logged in; null before. */
  readonly owner: string | null
}

export const capabilityLines = ({ saslMechanisms, startTls, extensions, redirectsMax, notifies, owner }: Capabilities): Buffer => {
  const pairs: readonly (readonly [name: string, value: string | null])[] = [
    ['IMPLEMENTATION', 'Bulkhead'],
    ['SASL', saslMechanisms.join(' ')],
    ['SIEVE', extensions.join(' ')],
    ...(notifies.length === 0 ? [] : [['NOTIFY', notifies.join(' ')] as const]),
    ...(startTls ? [['STARTTLS', null] as const] : []),
    ['MAXREDIRECTS', String(redirectsMax)],
    ...(owner === null ? [] : [['OWNER', owner] as const]),
    ['UNAUTHENTICATE', null],
    ['VERSION', '1.0'],
  ]
  return Buffer.concat(pairs.flatMap(([name, value]) => [encodeString(name), ...(value === null ? [] : [Buffer.from(' '), encodeString(value)]), crlf]))
}
