/** What an account may send: its own plan, else its brand's, else the cell's `ordinary` one. */
import type { PlanLimits } from '@bulkhead/door/contracts/desk.ts'

export type SendingPlan = PlanLimits

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
