/** Identity/get and Identity/set over the account in memory. */
import type { Args, FakeAccount } from './account.ts'

type FakeIdentity = Args & { readonly id: string; readonly mayDelete: boolean }

const first = (): FakeIdentity[] => [
  { id: 'i1', name: '田中 一郎', email: 'ichiro@example.jp', replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false },
]

const byAccount = new WeakMap<FakeAccount, Map<string, FakeIdentity>>()

const identitiesOf = (account: FakeAccount): Map<string, FakeIdentity> => {
  const known = byAccount.get(account) ?? new Map(first().map((identity) => [identity.id, identity]))
  byAccount.set(account, known)
  return known
}

export const getIdentities = (account: FakeAccount): Args => ({ state: String(account.seq), notFound: [], list: [...identitiesOf(account).values()] })

export const setIdentities = (account: FakeAccount, args: Args): Args => {
  const all = identitiesOf(account)
  account.seq += 1
  const created: Args = {}
  for (const [creation, value] of Object.entries((args['create'] as Record<string, Args> | undefined) ?? {})) {
    const identity = { ...value, id: `i${account.seq}${creation}`, mayDelete: true }
    all.set(identity.id, identity)
    created[creation] = identity
  }
  const updated: Args = {}
  for (const [id, value] of Object.entries((args['update'] as Record<string, Args> | undefined) ?? {})) {
    const before = all.get(id)
    if (before === undefined) continue
    all.set(id, { ...before, ...value })
    updated[id] = null
  }
  const destroyed = ((args['destroy'] as string[] | undefined) ?? []).filter((id) => all.delete(id))
  return { oldState: String(account.seq - 1), newState: String(account.seq), created, updated, destroyed, notCreated: null, notUpdated: null, notDestroyed: null }
}
