/**
 * The courier: asks which destinations have mail, claims of each as much as its lane has room for, sends it, settles it.
 * However much waits for one destination, the others are asked about in turn, and what can't be reached holds few messages
 * and no connection. Leases are short and renewed while the courier lives, so that what a dead one held waits no longer
 * than a minute.
 */
import type { Secret } from '@bulkhead/base/secret.ts'
import type { EgressPool, Route } from '@bulkhead/door/contracts/start.ts'
import type { Claimed, Waiting, Wanted } from '@bulkhead/mail/ports/queue.ts'
import { settleUnreadable, type Settling } from './attempt.ts'
import { jobOf, type Job } from './job.ts'
import {
  bouncedKeptMs, brokenOffGraceMs, domainsPerRoundMax, domainsPerRoundMin, forgetEveryMs, heldMax, heldPerWayMin, leasing, stopGraceMs, urgentHeldMax,
} from './limits.ts'
import { deferred, stoppingWord } from './outcome.ts'
import { windowMax } from './pace.ts'
import { findWay, type Reaching } from './reach.ts'
import { ways as newWays } from './ways.ts'
import { startWorkers } from './workers.ts'

export interface CourierParts {
  readonly settling: Settling
  readonly reaching: Reaching
  readonly privateKey: Secret<Uint8Array>
  readonly routes: readonly Route[]
  /** Which of our addresses mail leaves from; none: whichever the machine takes. */
  readonly egress?: readonly EgressPool[]
  readonly leasing?: { readonly leaseMs: number; readonly renewEveryMs: number }
  readonly connectionsPerHostMax?: number
}

export interface Courier {
  setRoutes(routes: readonly Route[]): void
  /** Stops claiming, lets attempts under way end within the grace, breaks the others off; all are settled. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Between two rounds of claims while there is work: what ends meanwhile is replaced at once. */
const roundEveryMs = 10
const idlePollMinMs = 50
const idlePollMaxMs = 500
const faultWaitMinMs = 250
const faultWaitMaxMs = 10_000

export const startCourier = (parts: CourierParts): Courier => {
  const { settling, reaching, privateKey, egress = [], leasing: { leaseMs, renewEveryMs } = leasing, connectionsPerHostMax = windowMax } = parts
  const { queue, clock, log, meter, sealing } = settling
  const held = new Set<Job>()
  let renewedAtMs = 0
  let stopping = false
  let wakeUp = (): void => {}
  /** Where the next round goes on in the list of domains; and whether the walk since its beginning claimed anything. */
  let after = ''
  let claimedInWalk = 0

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const workers = startWorkers({
    settling,
    reaching,
    privateKey,
    connectionsPerHostMax,
    isFresh: ({ claimedAtMs }) => clock.now() - Math.max(claimedAtMs, renewedAtMs) < leaseMs / 2,
    done(job) {
      held.delete(job)
      wakeUp()
    },
  })
  const ways = newWays({ find: (destination) => findWay(reaching, destination), routes: parts.routes, clock, log, onFound: () => wakeUp() })

  /** How much of each domain to claim: what its way has room for, and all together what may be held. */
  const wantedOf = (waiting: readonly Waiting[]): readonly Wanted[] => {
    const counts = new Map<string, number>()
    const given = new Map<string, number>()
    let left = heldMax - held.size
    let urgentLeft = left + urgentHeldMax
    for (const { domain, urgent } of waiting) {
      const hands = urgent ? urgentLeft : left
      const way = ways.known(domain)
      if (way === undefined || hands <= 0 || counts.has(domain)) continue
      const key = 'is' in way ? domain : way.key
      const room = ('is' in way ? heldPerWayMin : workers.room(way)) - (given.get(key) ?? 0)
      const count = Math.min(room, hands)
      if (count <= 0) continue
      counts.set(domain, count)
      given.set(key, (given.get(key) ?? 0) + count)
      left -= count
      urgentLeft -= count
    }
    return [...counts].map(([domain, count]) => ({ domain, count }))
  }

  const give = async (claimed: Claimed): Promise<void> => {
    let job: Job
    try {
      job = jobOf({ sealing, privateKey, egress }, claimed, clock.now())
    } catch (error) {
      return settleUnreadable(settling, claimed, error)
    }
    held.add(job)
    workers.give(job, ways.known(job.domain) ?? deferred('4.4.3', 'The way to the domain is not known yet'))
  }

  /** True where the walk is at its end and found nothing to claim. */
  const round = async (): Promise<boolean> => {
    const hands = heldMax - held.size
    const limit = Math.max(domainsPerRoundMin, Math.min(hands, domainsPerRoundMax))
    const waiting = await queue.waiting(after, limit)
    const listed = waiting.filter(({ urgent }) => !urgent)
    const wanted = wantedOf(waiting)
    const claimed = wanted.length === 0 ? [] : await queue.claim(wanted, leaseMs)
    await Promise.all(claimed.map(give))
    claimedInWalk += claimed.length
    meter.gauge('courier_held', held.size)
    if (listed.length === limit) {
      after = listed.at(-1)?.domain ?? ''
      return false
    }
    const nothing = claimedInWalk === 0
    after = ''
    claimedInWalk = 0
    return nothing
  }

  const untilDue = async (emptyRounds: number): Promise<number> => {
    const idleMs = Math.min(idlePollMinMs * 2 ** Math.min(emptyRounds, 10), idlePollMaxMs)
    const dueMs = await queue.nextDueMs()
    const waitMs = dueMs === null ? idleMs : dueMs - clock.now()
    // What is due already has no room, and whatever makes room wakes us.
    return waitMs > 0 ? Math.min(idleMs, waitMs) : idleMs
  }

  const loop = async (): Promise<void> => {
    let emptyRounds = 0
    let faults = 0
    while (!stopping) {
      try {
        const full = held.size >= heldMax
        const nothing = held.size >= heldMax + urgentHeldMax || (await round())
        faults = 0
        emptyRounds = nothing && !full ? emptyRounds + 1 : 0
        if (stopping) break
        if (nothing || full) await pause(full ? idlePollMinMs : await untilDue(emptyRounds))
        if (!stopping) await new Promise((resolve) => setTimeout(resolve, roundEveryMs))
      } catch (error) {
        log.error('claimFailed', error)
        faults += 1
        await pause(Math.min(faultWaitMinMs * 2 ** Math.min(faults, 10), faultWaitMaxMs))
      }
    }
  }

  /** Handed back at once, not only when the lease ends. */
  const release = async ({ claimed }: Job): Promise<void> => {
    const said = deferred('4.3.2', stoppingWord).said
    const status = `${said.code} ${said.enhanced}`
    const fates = claimed.recipients.map(({ number, delayTold }) => {
      return { number, fate: 'deferred', nextAttemptAtMs: clock.now(), delayTold, status, sealedText: null } as const
    })
    await queue.settle(claimed.id, claimed.lease, fates).catch(() => undefined)
  }

  /** One question for all; those lost meanwhile show when they are settled. */
  const renew = async (): Promise<void> => {
    const askedAtMs = clock.now()
    try {
      if (held.size > 0) await queue.renew([...held].map(({ claimed }) => claimed), leaseMs)
      renewedAtMs = askedAtMs
    } catch (error) {
      log.error('leasesNotRenewed', error)
    }
  }

  const forget = async (): Promise<void> => {
    try {
      await queue.forgetBounced(clock.now() - bouncedKeptMs)
    } catch (error) {
      log.error('bouncedNotForgotten', error)
    }
  }

  const running = loop()
  const renewing = setInterval(() => void renew(), renewEveryMs)
  const forgetting = setInterval(() => void forget(), forgetEveryMs)
  return {
    setRoutes(changed) {
      ways.setRoutes(changed)
      workers.routesChanged()
    },
    async [Symbol.asyncDispose]() {
      stopping = true
      wakeUp()
      await running
      clearInterval(forgetting)
      const waiting = workers.stop()
      for (const job of waiting) held.delete(job)
      await Promise.all(waiting.map(release))
      const graceOverMs = Date.now() + stopGraceMs
      while (held.size > 0 && Date.now() < graceOverMs) await pause(idlePollMinMs)
      workers.breakOff()
      const brokenOffMs = Date.now() + brokenOffGraceMs
      while (held.size > 0 && Date.now() < brokenOffMs) await pause(idlePollMinMs)
      clearInterval(renewing)
    },
  }
}
