/**
 * Ids in JMAP's alphabet (RFC 8620 section 1.2), made of ours without loss. Hexadecimal: no two differ by case alone. Each begins with a
 * letter of its kind. Naming something of another account gets nobody there: whatever an id leads to is looked up in the account at hand.
 */
import { isUuid, uuidBytes, uuidFromBytes, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'

const hexPattern = /^[0-9a-f]{32}$/

const uuidOf = (text: string): string | undefined => (hexPattern.test(text) ? uuidFromBytes(Buffer.from(text, 'hex')) : undefined)
const hexOf = (uuid: string): string => uuidBytes(uuid).toString('hex')

export const accountId = (account: AccountHandle): string => `A${hexOf(account)}`

/** How a part's bytes are to be decoded (RFC 2045 section 6). */
export const partEncodings = ['identity', 'base64', 'quoted-printable'] as const
export type PartEncoding = (typeof partEncodings)[number]

/**
 * What a blob id names: a whole message; a part's body, by its place in the message (its message, first byte, length there, encoding); or
 * bytes uploaded (`token` is the account's to open).
 */
export type BlobName =
  | { readonly is: 'message'; readonly message: MessageId }
  | { readonly is: 'part'; readonly message: MessageId; readonly start: number; readonly length: number; readonly encoding: PartEncoding }
  | { readonly is: 'upload'; readonly token: string }
  /** A Sieve script as it was set at `seq`. */
  | { readonly is: 'script'; readonly id: string; readonly seq: number }

const letters = { identity: 'n', base64: 'b', 'quoted-printable': 'q' } as const satisfies Record<PartEncoding, string>
const partPattern = /^B([0-9a-f]{32})-(0|[1-9]\d{0,9})-(0|[1-9]\d{0,9})-([nbq])$/
const messagePattern = /^B([0-9a-f]{32})$/
const uploadPattern = /^U([A-Za-z0-9_-]{1,254})$/

const scriptPattern = /^Z(0|[1-9]\d{0,15})-([A-Za-z0-9_-]{1,64})$/

export const blobId = (blob: BlobName): string => {
  if (blob.is === 'script') return `Z${blob.seq}-${blob.id}`
  if (blob.is === 'upload') return `U${blob.token}`
  const message = `B${hexOf(blob.message)}`
  return blob.is === 'message' ? message : `${message}-${blob.start}-${blob.length}-${letters[blob.encoding]}`
}

/** Undefined where it is none of ours. */
export const blobName = (id: string): BlobName | undefined => {
  const message = messagePattern.exec(id)?.[1]
  if (message !== undefined) return { is: 'message', message: uuidOf(message) as MessageId }
  const script = scriptPattern.exec(id)
  if (script !== null) return { is: 'script', id: script[2] ?? '', seq: Number(script[1]) }
  const token = uploadPattern.exec(id)?.[1]
  if (token !== undefined) return { is: 'upload', token }
  const [, whole = '', start = '', length = '', letter = ''] = partPattern.exec(id) ?? []
  const encoding = partEncodings.find((one) => letters[one] === letter)
  const uuid = uuidOf(whole)
  if (encoding === undefined || uuid === undefined || !isUuid(uuid)) return undefined
  return { is: 'part', message: uuid as MessageId, start: Number(start), length: Number(length), encoding }
}
