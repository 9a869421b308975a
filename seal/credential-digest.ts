/** Names a credential row without being it: passes say by which they were granted, so that those of a row that is gone are known. */
import { createHash } from 'node:crypto'

/** Of the row's sealed form; 43 characters. */
export const credentialDigest = (sealed: Uint8Array): string => createHash('sha256').update('bulkhead credential').update(sealed).digest('base64url')
