/** The tracer of a process: what it notes is sealed to the cell's trace key and kept in the queue's database. */
import { secret } from '@bulkhead/base/secret.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import type { Tracer } from '@bulkhead/mail/ports/trace.ts'
import { traceKeys } from '@bulkhead/mail/trace/keys.ts'
import { startTracer } from '@bulkhead/mail/trace/tracer.ts'
import type { Database } from '@bulkhead/store/sql/database.ts'
import { traceWriter } from '@bulkhead/store/trace/trace-writer.ts'
import type { RoleContext } from './role.ts'

export const tracerOf = (
  { pseudonymKey, tracePublicKey }: Pick<StartCommon, 'pseudonymKey' | 'tracePublicKey'>,
  queues: Database,
  { sealing, clock, log, meter }: RoleContext,
): Tracer & AsyncDisposable =>
  startTracer({
    writer: traceWriter(queues),
    sealing,
    publicKey: Buffer.from(tracePublicKey, 'base64'),
    keys: traceKeys(secret(Buffer.from(pseudonymKey, 'base64'))),
    clock, log, meter,
  })
