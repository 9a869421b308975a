/**
 * Whom a login is about. For a login that nobody has, or that may not sign in, there is a stand-in of the same shape, the
 * same for the same login, so that everything done for a person is done for it too and takes as long.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import { accountHandle, newAccountHandle, uuidFromBytes } from '@bulkhead/base/ids.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialRow } from '@bulkhead/door/contracts/warden.ts'
import type { Warden } from './warden.ts'
import type { Subject, Found } from './found.ts'

const saltBytes = 16
/** Of a real row; the vault opens its own decoy instead. */
const sealedBytes = 140

const standIn = (() => {
  const ofThisRun = randomBytes(32)
  const draw = (use: string, index: Buffer): Buffer => createHmac('sha256', ofThisRun).update(use).update(index).digest()
  const publicKey = randomBytes(32)
  const sealed = base64(randomBytes(sealedBytes))
  return (index: Buffer, params: CredentialRow['params']): Subject => ({
    account: accountHandle(uuidFromBytes(draw('account', index).subarray(0, 16))) ?? newAccountHandle(),
    set: '',
    publicKey,
    credential: { salt: base64(draw('salt', index).subarray(0, saltBytes)), params, sealed },
  })
})()

/** Undefined where the vault's budget for indexes is spent. `text` is an address, or what was typed in its place. */
export const findSubject = async (
  { vault, directory, params }: Pick<Warden, 'vault' | 'directory' | 'params'>,
  text: string,
  may: (state: AccountState) => boolean,
): Promise<Found | undefined> => {
  const indexed = await vault.ask('index', { address: text })
  if (indexed.is === 'refused') return undefined
  const index = Buffer.from(indexed.answer.index, 'base64')
  const row = await directory.credentialFor(index)
  const instead = standIn(index, params)
  return {
    subject: row !== undefined && may(row.state) ? row : instead,
    state: row?.state,
    account: row?.account,
    index,
  }
}
