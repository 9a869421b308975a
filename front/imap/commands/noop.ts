import { ok } from '@bulkhead/wire/imap/response.ts'
import { command, selectedCommand } from '../command.ts'

/** `NOOP`: the client polls. */
export const noop = command({
  name: 'NOOP',
  rfc: '9051 section 6.1.2',
  numbers: 'breaks',
  args: [],
  asks: 'refresh',
  decide: () => ({}),
  reply: { done: () => [ok('NOOP completed')] },
})

/** `CHECK`: everything is durable before it is acknowledged, so there is nothing to check-point. */
export const check = selectedCommand({
  name: 'CHECK',
  rfc: '3501 section 6.4.1',
  numbers: 'breaks',
  args: [],
  asks: 'refresh',
  decide: () => ({}),
  reply: { done: () => [ok('CHECK completed')] },
})
