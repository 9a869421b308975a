/** A message as its signatures need it: header fields, and the body hashed once for each way of reading it, however many sign. */
import { createHash, verify } from 'node:crypto'
import { canonicalBody } from './canonical-body.ts'
import { canonicalField, unsignedField, type Canonicalization } from './canonical-header.ts'
import type { DkimField } from './dkim-field.ts'
import type { PublicKey } from './dkim-key.ts'
import { readHeader, type Header, type HeaderField } from './header-fields.ts'

export interface BodyHash {
  readonly hash: Buffer
  /** Octets of the canonical body, all of it, whatever was hashed. */
  readonly canonicalBytes: number
}

export interface SignedMessage {
  readonly header: Header
  /** The same in steps of 64 KiB, for whoever has other things to do in between; it is remembered. */
  hashed(way: BodyWay): Generator<undefined, BodyHash | undefined>
  /** Undefined where the message asks for more than `bodyHashesMax` different ones. */
  bodyHash(canonicalization: Canonicalization, length: number | null): BodyHash | undefined
}

/** Each is a pass over the body; honest mail needs one or two. */
export const bodyHashesMax = 4

/** How a signature reads the body: `c=` and `l=`. */
export interface BodyWay {
  readonly canonicalization: Canonicalization
  readonly length: number | null
}

/** Stops after each piece of the body. */
function* hashing(body: Buffer, { canonicalization, length }: BodyWay): Generator<undefined, BodyHash> {
  const hash = createHash('sha256')
  let left = length ?? Number.POSITIVE_INFINITY
  let canonicalBytes = 0
  for (const piece of canonicalBody(body, canonicalization)) {
    const covered = Math.min(piece.length, left)
    hash.update(piece.subarray(0, covered))
    left -= covered
    canonicalBytes += piece.length
    yield undefined
  }
  return { hash: hash.digest(), canonicalBytes }
}

export const signedMessage = (message: Buffer): SignedMessage => {
  const header = readHeader(message)
  const hashes = new Map<string, BodyHash>()
  const nameOf = ({ canonicalization, length }: BodyWay): string => `${canonicalization} ${length}`

  function* hashed(way: BodyWay): Generator<undefined, BodyHash | undefined> {
    const known = hashes.get(nameOf(way))
    if (known !== undefined || hashes.size >= bodyHashesMax) return known
    const made = yield* hashing(message.subarray(header.bodyStart), way)
    hashes.set(nameOf(way), made)
    return made
  }

  return {
    header,
    hashed,
    bodyHash(canonicalization, length) {
      const steps = hashed({ canonicalization, length })
      for (;;) {
        const step = steps.next()
        if (step.done === true) return step.value
      }
    },
  }
}

/** The fields a signature covers: for each name the last one that is not covered yet (RFC 6376 section 5.4.2); others are empty. */
export const coveredFields = (header: Header, names: readonly string[]): readonly HeaderField[] => {
  const places = new Map<string, HeaderField[]>()
  for (const name of names) places.set(name, [])
  for (const field of header.fields) places.get(field.name)?.push(field)
  return names.flatMap((name) => places.get(name)?.pop() ?? [])
}

/** What is hashed for `b=` (section 3.7). `own`: the field that signs. */
export const signedBytes = (header: Header, field: DkimField, own: HeaderField): Buffer => {
  const canonicalization = field.headerCanonicalization
  const covered = coveredFields(header, field.signed).map(({ text }) => canonicalField(text, canonicalization))
  return Buffer.from(covered.join('') + unsignedField(own.text, canonicalization), 'latin1')
}

/** RSA PKCS #1 v1.5 with SHA-256, or Ed25519 of the SHA-256 (RFC 8463 section 3). */
export const holds = (key: PublicKey, bytes: Buffer, signature: Buffer): boolean => {
  try {
    if (key.key.asymmetricKeyType === 'rsa') return verify('sha256', bytes, key.key, signature)
    return verify(null, createHash('sha256').update(bytes).digest(), key.key, signature)
  } catch {
    return false
  }
}
