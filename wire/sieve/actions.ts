/** What a script decided, collected while it runs. Nothing is carried out here. */

export interface VacationAnswer {
  readonly atLeastSeconds: number
  readonly subject: string | null
  readonly from: string | null
  /** Addresses that are the owner's too. */
  readonly addresses: readonly string[]
  /** The reason is a MIME entity with its header. */
  readonly mime: boolean
  readonly reason: string
  /** What is one answer: the same handle is not sent twice to one sender (RFC 5230 section 4.7). */
  readonly handle: string
}

export type SieveAction =
  | { readonly is: 'keep'; readonly flags: readonly string[] }
  /** `specialUse`: the mailbox with that use, or else the one of that name. */
  | { readonly is: 'fileinto'; readonly mailbox: string; readonly specialUse: string | null; readonly flags: readonly string[] }
  | { readonly is: 'redirect'; readonly address: string }
  | { readonly is: 'discard' }
  | { readonly is: 'reject'; readonly reason: string; /** RFC 5429: with a refusal in SMTP only. */ readonly extended: boolean }
  | ({ readonly is: 'vacation' } & VacationAnswer)
