/** Digests a client may ask for of a blob (RFC 9404 section 4.2), by their names in the registry of HTTP digest algorithms. */
import { createHash, type Hash } from 'node:crypto'

const digests = { sha: 'sha1', 'sha-256': 'sha256', 'sha-512': 'sha512' } as const
export type DigestName = keyof typeof digests
export const digestNames = Object.keys(digests) as readonly DigestName[]

export const newDigest = (name: DigestName): Hash => createHash(digests[name])
