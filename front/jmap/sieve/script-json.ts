/** SieveScript objects (RFC 9661 section 2). */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { Script } from '@bulkhead/mail/rules/own-rules.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

export const scriptProperties = ['id', 'name', 'blobId', 'isActive'] as const

/** A blob never changes: its name has when the script was set. */
export const scriptBlob = (state: AccountState, id: string): string =>
  blobId({ is: 'script', id, seq: state.objects('script').get(id)?.seq ?? 0 })

export const scriptJson = (state: AccountState, { id, name, isActive }: Script): JsonObject => ({ id, name, blobId: scriptBlob(state, id), isActive })
