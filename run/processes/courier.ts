/** `courier`: everything that leaves. It reads the queue, which is sealed to it, and no mailbox. */
import { secret } from '@bulkhead/base/secret.ts'
import { refusals } from '@bulkhead/flow/bounce/refusals.ts'
import { startCourier } from '@bulkhead/flow/relay/courier.ts'
import { gatherFacts } from '@bulkhead/flow/reports/facts.ts'
import { tlsResults } from '@bulkhead/flow/reports/tls-facts.ts'
import { families } from '@bulkhead/flow/relay/dial.ts'
import { patience } from '@bulkhead/flow/relay/limits.ts'
import { httpsPort, stsFetcher, stsFetchMs } from '@bulkhead/flow/relay/sts/fetch.ts'
import { stsLookup } from '@bulkhead/flow/relay/sts/lookup.ts'
import { toldTls } from '@bulkhead/flow/relay/told-tls.ts'
import { trustWith } from '@bulkhead/flow/relay/trust.ts'
import { reportFacts } from '@bulkhead/store/reports/report-facts.ts'
import { courierQueue } from '@bulkhead/store/queue/courier-queue.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { storedStsPolicies } from '@bulkhead/store/queue/sts-policies.ts'
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
  const { log, meter, clock, sealing, tell } = context
  const { hostName, localOnly, retry, routes } = start
  const privateKey = secret(Buffer.from(start.queuePrivateKey, 'base64'))
  const database = openDatabase({ url: secret(start.queueUrl), name: 'bulkhead courier', sessionsMax })
  const dns = scoutAt(start.knocks, clock)
  const trust = trustWith(start.trustedCa)
  const fetchPolicy = stsFetcher({ dns, localOnly, trust, port: httpsPort, timeoutMs: stsFetchMs })
  const random = (): number => Math.random()
  const tracer = tracerOf(start, database, context)
  const gathering = gatherFacts({ facts: reportFacts(database), log, meter })
  const turning = setInterval(() => {
    turnTrace(database).catch((error: unknown) => log.error('traceNotTurned', error))
  }, turnTraceEveryMs)
  const refused = refusals(meter, context.tell)
  const running = startCourier({
    settling: {
      refusals: refused,
      queue: courierQueue(database),
      writer: queueWriter(database),
      sealing,
      tracer,
      queuePublicKey: sealing.publicKeyOf(privateKey),
      hostName, retry, clock, random, log, meter,
    },
    reaching: {
      dns, hostName, intake: start.knocks['intake'] ?? '', localOnly, patience, random, clock, smtpPort,
      families: families(), results: toldTls({ meter, clock, tell }, tlsResults(gathering)), trust,
      sts: stsLookup({ dns, policies: storedStsPolicies(database), fetch: fetchPolicy, clock }),
    },
    privateKey,
    routes,
    egress: start.egress,
  })
  return {
    apply(change) {
      if (change.say === 'routes') running.setRoutes(change.routes)
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      clearInterval(turning)
      refused[Symbol.dispose]()
      await gathering[Symbol.asyncDispose]()
      await tracer[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      dns[Symbol.dispose]()
    },
  }
}
