/** What an attempt came to for one recipient, before it is decided what to do about it. */

/** An SMTP reply, or what we say ourselves in its place when there was none. */
export interface Said {
  readonly code: number
  /** Enhanced status code (RFC 3463); made from the class where the peer gave none. */
  readonly enhanced: string
  readonly text: string
  /** Name of the host that said it; null where it was us. */
  readonly by: string | null
}

export type Outcome =
  /** `passedOn`: the peer knows DSN and reports from there (RFC 3461); `final`: it is in the mailbox. */
  | { readonly is: 'delivered'; readonly said: Said; readonly reports: 'passedOn' | 'final' | 'none' }
  | { readonly is: 'failed'; readonly said: Said }
  | { readonly is: 'deferred'; readonly said: Said }

export const ourselves = (code: number, enhanced: string, text: string): Said => ({ code, enhanced, text, by: null })

export const failed = (enhanced: string, text: string): Outcome => ({ is: 'failed', said: ourselves(550, enhanced, text) })
export const deferred = (enhanced: string, text: string): Outcome => ({ is: 'deferred', said: ourselves(451, enhanced, text) })

/** Code and enhanced code only: what the store may keep in clear. */
export const statusOf = ({ code, enhanced }: Said): string => `${code} ${enhanced}`

export const wordsOfSaid = ({ code, enhanced, text }: Said): string => `${code} ${enhanced} ${text}`

/** What is said of an attempt that a stop of ours ended. */
export const stoppingWord = 'Stopping'
