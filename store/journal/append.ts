/** An append as the statement it becomes, and the statement's answer as what the port promises. */
import { assert } from '@bulkhead/base/assert.ts'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import type { Append, AppendAnswer } from '@bulkhead/mail/ports/journal-store.ts'
import { int4, int8, row, type RawRow } from '../sql/columns.ts'
import { byteaArray, int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql, type Statement } from '../sql/sql.ts'

export const appendStatement = (append: Append): Statement => {
  const { messages, contentKeys } = append
  return sql`
    select status, head
      from ask.append(
        ${append.account}, ${append.expectedHead}, ${append.addsBytes}, ${append.addsMessages},
        ${append.arrivalDigest}, ${append.keepDigest}, ${byteaArray(append.events)},
        ${uuidArray(messages.map(({ message }) => message))},
        ${int8Array(messages.map(({ sizeBytes }) => sizeBytes))},
        ${byteaArray(messages.map(({ index }) => index))},
        ${byteaArray(messages.map(({ body }) => (body.in === 'row' ? body.sealed : null)))},
        ${textArray(messages.map(({ body }) => (body.in === 'blob' ? body.name : null)))},
        ${byteaArray(contentKeys.map(({ keyId }) => keyId))},
        ${byteaArray(contentKeys.map(({ sealed }) => sealed))}, ${append.aboveQuotaMax ?? 0})`
}

/** About what it weighs on the wire. */
export const appendBytes = ({ events, messages }: Append): number => {
  let bytes = 0
  for (const event of events) bytes += event.length
  for (const { index, body } of messages) bytes += index.length + (body.in === 'row' ? body.sealed.length : 0)
  return bytes
}

const appendRow = row({ status: int4, head: int8 })

/** Statuses of `ask.append`. */
const answers: readonly ((head: ModSeq) => AppendAnswer)[] = [
  (head) => ({ is: 'appended', head }),
  () => ({ is: 'duplicate' }),
  (head) => ({ is: 'conflict', head }),
  () => ({ is: 'refused', why: 'overQuota' }),
  () => ({ is: 'refused', why: 'noSuchAccount' }),
  () => ({ is: 'refused', why: 'accountClosed' }),
]

export const appendAnswer = (rows: readonly RawRow[] | undefined): AppendAnswer => {
  const [raw] = rows ?? []
  assert(raw !== undefined, 'an append is answered')
  const { status, head } = appendRow(raw)
  const answer = answers[status]
  assert(answer !== undefined, 'a status of ask.append')
  return answer(head as ModSeq)
}
