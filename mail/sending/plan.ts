/** What an account may send: its own plan, else its brand's, else the cell's `ordinary` one. Null is without a limit. */
export interface SendingPlan {
  readonly recipientsPerMessage: number | null
  readonly messagesPerHour: number | null
  readonly messagesPerDay: number | null
  readonly recipientsPerHour: number | null
  readonly recipientsPerDay: number | null
  /** The highest MT-PRIORITY (RFC 6710); who asks for more gets this. */
  readonly priorityMax: number
  /** A sudden rise is held back until somebody looks. */
  readonly holdsBursts: boolean
  /** What is submitted is filed into the mailbox for sent mail, too. */
  readonly filesSent: boolean
}

export const rateLimits = ['messagesPerHour', 'messagesPerDay', 'recipientsPerHour', 'recipientsPerDay'] as const
export type RateLimit = (typeof rateLimits)[number]

/** As the directory's first migration of this subject has it; an operator may change the directory's. */
export const ordinaryPlan: SendingPlan = {
  recipientsPerMessage: null,
  messagesPerHour: 500,
  messagesPerDay: 2_000,
  recipientsPerHour: 1_000,
  recipientsPerDay: 5_000,
  priorityMax: 3,
  holdsBursts: true,
  filesSent: false,
}
