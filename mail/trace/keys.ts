/**
 * What a message can be found by: addresses, Message-ID, the other side's IP address. Only keyed hashes of these are
 * kept in clear, 64 bits each: enough to find by, useless without the cell's key.
 */
import { createHmac, type Hmac } from 'node:crypto'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { TraceNote } from '../ports/trace.ts'

export const traceKeyKinds = ['address', 'messageId', 'peer'] as const
export type TraceKeyKind = (typeof traceKeyKinds)[number]

export type TraceKeys = (kind: TraceKeyKind, text: string) => bigint

/** One spelling of what people write in several. Local parts are compared without case, as people look for them. */
const normalized = (kind: TraceKeyKind, text: string): string => {
  const bare = kind === 'messageId' ? text.trim().replace(/^<|>$/g, '') : text.trim().toLowerCase()
  return bare.normalize('NFC')
}

/** `cellKey` is the cell's pseudonym key; the trace has its own beneath it. */
export const traceKeys = (cellKey: Secret<Uint8Array>): TraceKeys => {
  const key = createHmac('sha256', cellKey.declassify()).update('bulkhead trace index').digest()
  return (kind, text) => {
    const hash: Hmac = createHmac('sha256', key).update(`${kind}\0${normalized(kind, text)}`)
    return hash.digest().readBigInt64BE(0)
  }
}

/** Recipients of one note that are found by; a note of more is still found by these and by its sender. */
export const foundRecipientsMax = 100

export const keysOfNote = (keys: TraceKeys, { from, to, messageId, peer }: TraceNote): readonly bigint[] => {
  const found = to.slice(0, foundRecipientsMax).map((address) => keys('address', address))
  if (from !== '') found.push(keys('address', from))
  if (messageId !== null) found.push(keys('messageId', messageId))
  if (peer !== null) found.push(keys('peer', peer))
  return found
}
