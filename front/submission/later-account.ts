/** The account's mail, opened when a command first needs it: most who submit never do. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'

export interface LaterAccount extends AsyncDisposable {
  /** Rejects where it can't be opened now. */
  account(): Promise<MailAccount>
}

export const laterAccount = (open: () => Promise<AsyncDisposable & { readonly account: MailAccount }>): LaterAccount => {
  let opening: ReturnType<typeof open> | undefined
  return {
    async account() {
      opening ??= open()
      try {
        return (await opening).account
      } catch (error) {
        opening = undefined
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => undefined)
      await opened?.[Symbol.asyncDispose]()
    },
  }
}
