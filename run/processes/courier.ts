/** `courier`: everything that leaves. It reads the queue, which is sealed to it, and no mailbox. */
import { secret } from '@bulkhead/base/secret.ts'
import { startCourier } from '@bulkhead/flow/relay/courier.ts'
import { families } from '@bulkhead/flow/relay/dial.ts'
import { systemDns } from '@bulkhead/flow/relay/dns.ts'
import { patience } from '@bulkhead/flow/relay/limits.ts'
import { noSts } from '@bulkhead/flow/relay/sts/lookup.ts'
import { noTlsResults } from '@bulkhead/mail/ports/tls-results.ts'
import { courierQueue } from '@bulkhead/store/queue/courier-queue.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { turnTrace } from '@bulkhead/store/trace/trace-writer.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import type { Role } from './role.ts'
import { scoutAt } from './scout-at.ts'
import { tracerOf } from './tracing.ts'

const sessionsMax = 4
const smtpPort = 25
/** Traces of days that are over go, also where nothing happens any more. */
const turnTraceEveryMs = 3_600_000

export const courier: Role<'courier'> = async (start, context) => {
  const { log, meter, clock, sealing } = context
  const { hostName, localOnly, retry, routes } = start
  const privateKey = secret(Buffer.from(start.queuePrivateKey, 'base64'))
  const database = openDatabase({ url: secret(start.queueUrl), name: 'bulkhead courier', sessionsMax })
  const dns = scoutAt(start.knocks, clock)
  const random = (): number => Math.random()
  const tracer = tracerOf(start, database, context)
  const turning = setInterval(() => {
    turnTrace(database).catch((error: unknown) => log.error('traceNotTurned', error))
  }, turnTraceEveryMs)
  const running = startCourier({
    settling: {
      queue: courierQueue(database),
      writer: queueWriter(database),
      sealing,
      tracer,
      queuePublicKey: sealing.publicKeyOf(privateKey),
      hostName, retry, clock, random, log, meter,
    },
    reaching: {
      dns: systemDns(), hostName, intake: start.knocks['intake'] ?? '', localOnly, patience, random, clock, smtpPort,
      families: families(), sts: noSts, results: noTlsResults, authorities: undefined, onExchangers: () => undefined,
    },
    privateKey,
    routes,
  })
  return {
    apply(change) {
      if (change.say === 'routes') running.setRoutes(change.routes)
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      clearInterval(turning)
      await tracer[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      dns[Symbol.dispose]()
    },
  }
}
