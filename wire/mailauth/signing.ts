/**
 * The halves of signing that need no key (RFC 6376, 8617). What is to be signed goes to the vault as it is: the vault makes
 * `rsa-sha256` (PKCS #1 v1.5) of the bytes, or Ed25519 of the SHA-256 of the bytes (RFC 8463 section 3).
 */
export type SignatureAlgorithm = 'rsa-sha256' | 'ed25519-sha256'

export interface SignerName {
  readonly selector: string
  readonly algorithm: SignatureAlgorithm
}

export const signersMax = 4

export interface DkimSigningInput {
  /** Lower-case A-labels. */
  readonly domain: string
  /** One field is made for each, at most `signersMax`: RSA and Ed25519 side by side. */
  readonly signers: readonly SignerName[]
  /** The message's header as it goes out, with or without the empty line, or the whole message. */
  readonly header: Buffer
  /** SHA-256 of the relaxed body: `bodyDigest()`. */
  readonly bodyHash: Buffer
  readonly atMs: number
}

export interface DkimSigning {
  /** What `sign` of the vault gets, in the order of the signers. */
  readonly toSign: readonly { readonly selector: string; readonly bytes: Buffer }[]
  /** The DKIM-Signature fields with their last CRLF, to stand before the message. `signatures`: base64, in the same order. */
  fields(signatures: readonly string[]): string
}

/** Takes a body as it streams by: what follows the empty line behind the header. Any chunking gives the same hash. */
export interface BodyDigest {
  update(chunk: Uint8Array): void
  digest(): Buffer
}
