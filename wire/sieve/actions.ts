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

/** Somebody elsewhere is told that a message came (RFC 5435). */
export interface Notification {
  readonly to: readonly string[]
  readonly subject: string | null
  readonly body: string | null
  /** The script's words. */
  readonly message: string | null
  readonly importance: 'high' | 'normal' | 'low'
}

export type SieveAction =
  | { readonly is: 'keep'; readonly flags: readonly string[] }
  /** The mailbox with this id, or else with this use, or else of this name. */
  | {
      readonly is: 'fileinto'
      readonly mailbox: string
      readonly mailboxId: string | null
      readonly specialUse: string | null
      readonly flags: readonly string[]
    }
  | { readonly is: 'redirect'; readonly address: string }
  | { readonly is: 'discard' }
  | { readonly is: 'reject'; readonly reason: string; /** RFC 5429: with a refusal in SMTP only. */ readonly extended: boolean }
  | ({ readonly is: 'vacation' } & VacationAnswer)
  | ({ readonly is: 'notify' } & Notification)
