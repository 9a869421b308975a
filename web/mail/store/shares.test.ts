import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mailbox, SessionResource } from '../jmap/types.ts'

/** Other tabs, which there are none of, would keep the process. */
Object.assign(globalThis, { BroadcastChannel: class { addEventListener(): void {} } })
const { resource } = await import('../jmap/account.ts')
const { accountOfMailbox, accountOfRow, sharedAccounts, sharedMailboxId, shareGroups, shareOfMailbox, shares } = await import('./shares.ts')

const webmail = 'urn:bulkhead:jmap:webmail'
const accounts = {
  A: { name: 'taro@one.example', isPersonal: true, accountCapabilities: {} },
  S1: { name: 'Team (sales@one.example)', isPersonal: false, accountCapabilities: { [webmail]: { owner: 'sales@one.example' } } },
  S2: { name: 'Club (taro@one.example)', isPersonal: false, accountCapabilities: { [webmail]: { owner: 'taro@one.example' } } },
  S3: { name: 'Old', isPersonal: false, accountCapabilities: {} },
}
const primaryAccounts = { 'urn:ietf:params:jmap:mail': 'A' }
resource.value = { capabilities: {}, accounts, primaryAccounts, username: 'taro@one.example', apiUrl: '', downloadUrl: '', uploadUrl: '', eventSourceUrl: '', state: '1' } satisfies SessionResource

const share = (accountId: string, owner: string, id: string, name: string, unreadEmails = 0) => ({ accountId, owner, mailbox: { id, name, unreadEmails } as Mailbox })
const known = (...list: readonly ReturnType<typeof share>[]): void => {
  shares.value = new Map(list.map((one) => [one.accountId, one]))
}

test('shared accounts are those of the session that are not the person\'s own, each with who shares it', () => {
  assert.deepEqual([...sharedAccounts()], [['S1', 'sales@one.example'], ['S2', 'taro@one.example'], ['S3', 'Old']])
})

test('a mailbox and an Email of it are in the account that shares it; all others are the person\'s own', () => {
  known(share('S1', 'sales@one.example', 'M1', 'Team'))
  assert.deepEqual([accountOfMailbox('M1'), accountOfMailbox('M9')], ['S1', 'A'])
  assert.deepEqual([accountOfRow({ mailboxIds: { M1: true } }), accountOfRow({ mailboxIds: { M9: true } }), accountOfRow({ mailboxIds: {} })], ['S1', 'A', 'A'])
  assert.deepEqual([sharedMailboxId('M1'), sharedMailboxId('M9'), sharedMailboxId(null), shareOfMailbox('M1')?.mailbox.name], ['M1', undefined, undefined, 'Team'])
  known()
  assert.deepEqual([accountOfMailbox('M1'), sharedMailboxId(''), shareOfMailbox('')], ['A', undefined, undefined], 'when it is shared no more')
})

test('they stand by whose they are: the person\'s own first, then by address, and by name within', () => {
  known(share('S3', 'b@one.example', 'M3', 'x'), share('S1', 'a@one.example', 'M1', '10'), share('S4', 'a@one.example', 'M4', '9'), share('S2', 'taro@one.example', 'M2', 'y'))
  assert.deepEqual(shareGroups.value.map(({ owner, list }) => [owner, list.map(({ mailbox }) => mailbox.name)]), [[null, ['y']], ['a@one.example', ['9', '10']], ['b@one.example', ['x']]])
})
