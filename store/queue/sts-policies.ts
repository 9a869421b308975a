/** MTA-STS policies as the queue's database keeps them, in the words they were published in. */
import type { StsPolicies } from '@bulkhead/mail/ports/sts-policies.ts'
import { int8, row, text } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

export const stsPoliciesMax = 100_000

const keptRow = row({ domain: text, id: text, text, fetchedAtMs: int8, endsAtMs: int8 })

export const storedStsPolicies = (database: Database, policiesMax = stsPoliciesMax): StsPolicies => ({
  find: (domain) => database.maybeOne(keptRow, sql`
    select domain, policy_id, policy, fetched_at_ms, ends_at_ms
      from ask.sts_policy(${domain})`),

  keep: ({ domain, id, text: lines, fetchedAtMs, endsAtMs }) => database.run(sql`
    select from ask.keep_sts_policy(${domain}, ${id}, ${lines}, ${fetchedAtMs}, ${endsAtMs}, ${policiesMax})`),
})
