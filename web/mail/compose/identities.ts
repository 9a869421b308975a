/** Who the person may write as (Identity of RFC 8621 section 6). */
import { signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import type { GetAnswer } from '../jmap/types.ts'
import { sameAddress, type Address } from './address.ts'

export interface SenderIdentity {
  readonly id: string
  readonly name: string
  readonly email: string
  /** Who always gets a copy that nobody sees. */
  readonly bcc?: readonly { readonly name: string | null; readonly email: string }[] | null
  /** Where answers go. */
  readonly replyTo?: readonly Address[] | null
  readonly textSignature: string
  readonly htmlSignature: string
}

export const identities = signal<readonly SenderIdentity[]>([])

let loading: Promise<readonly SenderIdentity[]> | undefined

/** Asked for once and kept; `loadIdentities(true)` after they were changed. */
export const loadIdentities = (again = false): Promise<readonly SenderIdentity[]> => {
  if (again) loading = undefined
  loading ??= call<GetAnswer<SenderIdentity>>('Identity/get', { ids: null }).then(
    ({ list }) => (identities.value = list),
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}

/** Addresses of a wildcard identity (`*@example.jp`) are no address to write from by themselves. */
export const sendersOf = (all: readonly SenderIdentity[]): string[] => all.map(({ email }) => email).filter((email) => !email.startsWith('*'))

export const identityOf = (all: readonly SenderIdentity[], email: string | undefined): SenderIdentity | undefined =>
  all.find((identity) => email !== undefined && sameAddress(identity.email, email)) ?? all.find((identity) => !identity.email.startsWith('*'))
