/** The courier in a process of its own, for tests that kill it: the real queue, short leases, one route. */
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { refusals } from '@bulkhead/flow/bounce/refusals.ts'
import { startCourier } from '@bulkhead/flow/relay/courier.ts'
import { patience } from '@bulkhead/flow/relay/limits.ts'
import { testReaching } from '@bulkhead/flow/testing/reaching.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { courierQueue } from '@bulkhead/store/queue/courier-queue.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'

export interface CourierFacts {
  readonly url: string
  /** Base64. */
  readonly privateKey: string
  readonly port: number
}

process.once('message', ({ url, privateKey, port }: CourierFacts) => {
  const database = openDatabase({ url: secret(url), name: 'crash courier', sessionsMax: 2 })
  const key = secret(Buffer.from(privateKey, 'base64'))
  const counters = meter()
  startCourier({
    settling: {
      queue: courierQueue(database), writer: queueWriter(database), sealing: realSealing, queuePublicKey: realSealing.publicKeyOf(key),
      hostName: 'mx1.hikari.example', retry: { waitsMs: [100], giveUpAfterMs: 3_600_000, warnAfterMs: 0 },
      clock: systemClock, random: () => 0.5, log: silentLog, meter: counters, tracer: noTracer, refusals: refusals(counters, () => undefined),
    },
    reaching: testReaching({ patience }),
    privateKey: key,
    routes: [{ domain: '*', host: '127.0.0.1', port }],
    leasing: { leaseMs: 1_000, renewEveryMs: 250 },
  })
})
