/**
 * Whose a message was, said in its header so that only we can read it: when a receiver complains, the message comes back
 * with it (RFC 5965). Each message has another token, so nobody learns which addresses are one person's.
 */
import { randomBytes } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from '@bulkhead/seal/aead.ts'
import { derive } from '@bulkhead/seal/hkdf.ts'

/** In lower case. `Feedback-ID` itself is the customer's to use. */
export const feedbackField = 'x-feedback-id'

export interface SenderTokens {
  /** The field with its line break, for an account's pseudonym. */
  field(sender: string): string
  /** The pseudonym in a field's value. Throws `Fault('corrupt')` for what is not ours. */
  open(value: string): string
}

const context = Buffer.from('bulkhead feedback id', 'latin1')
const tokenPattern = /^([A-Za-z0-9_-]{40,120}):bulkhead$/

/** `cellKey`: of the cell's pseudonyms. */
export const senderTokens = (cellKey: Secret<Uint8Array>): SenderTokens => {
  const key = derive(cellKey.declassify(), 'bulkhead feedback id')
  return {
    field(sender) {
      const nonce = randomBytes(nonceBytes)
      const token = Buffer.concat([nonce, aeadSeal(key, nonce, context, Buffer.from(sender, 'utf8'))])
      return `X-Feedback-ID: ${token.toString('base64url')}:bulkhead\r\n`
    },
    open(value) {
      const token = Buffer.from(tokenPattern.exec(value)?.[1] ?? '', 'base64url')
      if (token.length <= nonceBytes) throw new Fault('corrupt', 'no token of ours')
      return aeadOpen(key, token.subarray(0, nonceBytes), context, token.subarray(nonceBytes)).toString('utf8')
    },
  }
}
