/** What a logged-in session announces: exactly what works (RFC 9051 section 6.1.1). */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'

const capabilities = [
  'IMAP4rev1',
  'LITERAL+',
  'SASL-IR',
  'ID',
  'ENABLE',
  'NAMESPACE',
  'IDLE',
  'UIDPLUS',
  'MOVE',
  'UNSELECT',
  'UNAUTHENTICATE',
  'URLAUTH',
  'MULTIAPPEND',
  'BINARY',
  'CATENATE',
  'COMPRESS=DEFLATE',
  'REPLACE',
  'CHILDREN',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'LIST-MYRIGHTS',
  'LIST-METADATA',
  'STATUS=SIZE',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'METADATA',
  'METADATA-SERVER',
  'ESEARCH',
  'ACL',
  'RIGHTS=texk',
] as const

export const capabilityText = (limits: MailLimits): string =>
  `CAPABILITY ${capabilities.join(' ')} APPENDLIMIT=${limits.messageBytesMax}`
