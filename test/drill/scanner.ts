/**
 * Looks for known texts in stolen bytes, in every form a careless store would leave them: UTF-8, UTF-16, the charsets of old
 * mail, base64 at each of its three alignments, hex, quoted-printable, JSON's and URLs' escapes, unkeyed digests; and inside
 * anything compressed that it can inflate.
 */
import { createHash } from 'node:crypto'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { encode } from '../corpus/encode.ts'

/** What was found, by the letter that stands for it. */
export const classes = {
  A: 'addresses', P: 'passwords', V: 'testable passwords', K: 'private keys', M: 'mail', Q: 'mail that waits', U: 'uploads', C: 'contacts', R: 'rules', S: 'settings',
  T: 'tokens', I: 'addresses asked of the outside', W: 'words searched for',
} as const

export interface Needle {
  readonly class: keyof typeof classes
  readonly name: string
  readonly forms: readonly { readonly form: string; readonly bytes: Buffer }[]
  /** Where the negative control must turn it up: large mail lies beside the database, a cancelled account's is gone. */
  readonly control: { readonly database: boolean; readonly backup: boolean }
}

/** Base64 of a text inside other bytes depends on where it starts; the characters that don't touch its edges are fixed. */
const base64Forms = (bytes: Buffer): readonly { form: string; bytes: Buffer }[] =>
  [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '')
    const from = shift === 0 ? 0 : shift + 1
    return { form: `base64+${shift}`, bytes: Buffer.from(padded.slice(from, padded.length - 1)) }
  })

const quotedPrintable = (bytes: Buffer): Buffer =>
  Buffer.from([...bytes].map((byte) => (byte >= 33 && byte <= 126 && byte !== 61 ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join(''))

/** Shorter forms would be found by chance in random bytes. */
const formBytesMin = 6

export const formsOf = (text: string | Buffer, digests: boolean): Needle['forms'] => {
  const bytes = Buffer.from(text)
  const wide = Buffer.from(typeof text === 'string' ? text : text.toString('latin1'), 'utf16le')
  const forms = [
    { form: 'plain', bytes },
    { form: 'utf-16le', bytes: wide },
    { form: 'utf-16be', bytes: Buffer.from(wide).swap16() },
    { form: 'hex', bytes: Buffer.from(bytes.toString('hex')) },
    { form: 'HEX', bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
    { form: 'quoted-printable', bytes: quotedPrintable(bytes) },
    ...base64Forms(bytes),
    ...base64Forms(wide).map(({ form, bytes: coded }) => ({ form: `utf-16le ${form}`, bytes: coded })),
    ...(typeof text === 'string' && /[^\x20-\x7e]/.test(text) ? foreignForms(text) : []),
    ...(digests ? digestForms(bytes) : []),
  ]
  return forms.filter((form) => form.bytes.length >= formBytesMin)
}

/** ISO-2022-JP begins and ends with an escape sequence that a longer text has elsewhere. */
const withoutEscapes = (bytes: Buffer): Buffer => bytes.subarray(3, -3)

/** Of a text that is not ASCII. */
const foreignForms = (text: string): Needle['forms'] => [
  ...(['shift_jis', 'euc-jp', 'iso-2022-jp'] as const).flatMap((charset) => {
    const bytes = charset === 'iso-2022-jp' ? withoutEscapes(encode(text, charset)) : encode(text, charset)
    return [{ form: charset, bytes }, ...base64Forms(bytes).map((one) => ({ form: `${charset} ${one.form}`, bytes: one.bytes }))]
  }),
  { form: 'JSON escapes', bytes: Buffer.from([...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')) },
  { form: 'percent', bytes: Buffer.from(encodeURIComponent(text)) },
]

const digestForms = (bytes: Buffer): Needle['forms'] =>
  ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(bytes).digest()
    return [
      { form: algorithm, bytes: digest.subarray(0, 16) },
      { form: `${algorithm} hex`, bytes: Buffer.from(digest.toString('hex').slice(0, 32)) },
      { form: `${algorithm} base64`, bytes: Buffer.from(digest.toString('base64').slice(0, 20)) },
    ]
  })

export interface Find {
  readonly class: Needle['class']
  readonly name: string
  readonly form: string
  readonly where: string
}

const inflatedMax = 64 * 1024 * 1024
const triesMax = 200

/** By how they begin (RFC 1952, RFC 1950, RFC 8878). Brotli has no beginning of its own: tried where a whole value may be one. */
const compressed = [
  { magic: Buffer.of(0x1f, 0x8b, 0x08), open: [(rest: Buffer) => gunzipSync(rest, { maxOutputLength: inflatedMax })] },
  ...[0x01, 0x5e, 0x9c, 0xda].map((second) => ({
    magic: Buffer.of(0x78, second),
    open: [
      (rest: Buffer) => inflateSync(rest, { maxOutputLength: inflatedMax }),
      (rest: Buffer) => inflateRawSync(rest.subarray(2), { maxOutputLength: inflatedMax }),
    ],
  })),
  { magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), open: [(rest: Buffer) => zstdDecompressSync(rest, { maxOutputLength: inflatedMax })] },
] as const

const attempt = (open: () => Buffer): readonly Buffer[] => {
  try {
    return [open()]
  } catch {
    // Not a compressed stream after all.
    return []
  }
}

/** Streams inside the bytes, inflated; a store that only compresses hides nothing. */
const inflated = (bytes: Buffer): readonly Buffer[] => {
  const found: Buffer[] = [...attempt(() => brotliDecompressSync(bytes, { maxOutputLength: inflatedMax }))]
  for (const { magic, open } of compressed) {
    for (let at = bytes.indexOf(magic), tries = 0; at >= 0 && tries < triesMax; at = bytes.indexOf(magic, at + 1), tries += 1) {
      for (const one of open) found.push(...attempt(() => one(bytes.subarray(at))))
    }
  }
  return found
}

interface Sought {
  readonly needle: Needle
  readonly form: string
  readonly bytes: Buffer
}

const headBytes = 3
const headOf = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)

export interface Scanner {
  /** What lies in it, each needle once. `inside`: also in what is compressed there. */
  scan(where: string, stolen: Buffer, inside?: boolean): readonly Find[]
}

/** Looks for all forms of all needles in one pass: their first three bytes are a table, and few places of any loot are in it. */
export const scannerFor = (needles: readonly Needle[]): Scanner => {
  const heads = new Uint8Array(1 << (8 * headBytes))
  const byHead = new Map<number, Sought[]>()
  for (const needle of needles) {
    for (const { form, bytes } of needle.forms) {
      const head = headOf(bytes, 0)
      heads[head] = 1
      byHead.set(head, [...(byHead.get(head) ?? []), { needle, form, bytes }])
    }
  }
  const look = (bytes: Buffer, where: string, found: Map<Needle, Find>): void => {
    const end = bytes.length - headBytes
    let head = headOf(bytes, 0) << 8
    for (let at = 0; at <= end; at += 1) {
      head = (head >>> 8) | ((bytes[at + 2] as number) << 16)
      if (heads[head] === 0) continue
      for (const { needle, form, bytes: wanted } of byHead.get(head) ?? []) {
        if (found.has(needle) || bytes.compare(wanted, 0, wanted.length, at, Math.min(bytes.length, at + wanted.length)) !== 0) continue
        found.set(needle, { class: needle.class, name: needle.name, form, where })
      }
    }
  }
  return {
    scan(where, stolen, inside = true) {
      const found = new Map<Needle, Find>()
      for (const bytes of inside ? [stolen, ...inflated(stolen)] : [stolen]) look(bytes, where, found)
      return [...found.values()]
    },
  }
}
