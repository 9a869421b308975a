/**
 * Looks for known texts in stolen bytes, in every form a careless store would leave them: UTF-8, UTF-16,
 * base64 at each of its three alignments, hex, quoted-printable, unkeyed digests; and inside anything
 * compressed that it can inflate.
 */
import { createHash } from 'node:crypto'
import { inflateRawSync, inflateSync, gunzipSync } from 'node:zlib'

export interface Needle {
  /** A: address, P: password, M: mail content, V: verifier testable offline, K: private key, X: another ISP's. */
  readonly class: 'A' | 'P' | 'M' | 'V' | 'K' | 'X'
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
    ...(digests ? digestForms(bytes) : []),
  ]
  return forms.filter((form) => form.bytes.length >= formBytesMin)
}

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

/** Streams of zlib and gzip inside the bytes, inflated; a store that only compresses hides nothing. */
const inflated = (bytes: Buffer): readonly Buffer[] => {
  const found: Buffer[] = []
  const attempt = (open: () => Buffer): void => {
    try {
      found.push(open())
    } catch {
      // Not a compressed stream after all.
    }
  }
  for (const magic of [Buffer.from([0x1f, 0x8b, 0x08]), Buffer.from([0x78, 0x9c]), Buffer.from([0x78, 0x01]), Buffer.from([0x78, 0xda])]) {
    for (let at = bytes.indexOf(magic), tries = 0; at >= 0 && tries < 200; at = bytes.indexOf(magic, at + 1), tries += 1) {
      const rest = bytes.subarray(at)
      if (magic[0] === 0x1f) attempt(() => gunzipSync(rest, { maxOutputLength: inflatedMax }))
      else attempt(() => inflateSync(rest, { maxOutputLength: inflatedMax }))
      if (magic[0] !== 0x1f) attempt(() => inflateRawSync(rest.subarray(2), { maxOutputLength: inflatedMax }))
    }
  }
  return found
}

export const scan = (where: string, stolen: Buffer, needles: readonly Needle[]): readonly Find[] => {
  const finds: Find[] = []
  const texts = [stolen, ...inflated(stolen)]
  for (const needle of needles) {
    const hit = needle.forms.find(({ bytes }) => texts.some((text) => text.includes(bytes)))
    if (hit !== undefined) finds.push({ class: needle.class, name: needle.name, form: hit.form, where })
  }
  return finds
}
