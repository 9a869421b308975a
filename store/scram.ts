/**
 * A role's password in the form PostgreSQL keeps (SCRAM-SHA-256, RFC 5803), computed here, so that the password itself
 * never stands in a statement that a server might log.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Secret } from '@bulkhead/base/secret.ts'

const rounds = 4_096
const saltBytes = 16

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The password is ASCII, which SASLprep leaves alone. */
export const scramVerifier = (password: Secret<string>, salt: Buffer = randomBytes(saltBytes)): string => {
  const salted = pbkdf2Sync(password.declassify(), salt, rounds, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
