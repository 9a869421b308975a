/**
 * The courier: claims what is due, sends it, settles it. Mail of one destination shares a lane with a limited number of
 * connections, each used for several messages; all lanes together have a limit too. Leases are short and renewed while
 * the courier lives, so that what a dead one held waits no longer than a minute.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Route } from '@bulkhead/door/contracts/start.ts'
import type { Claimed } from '@bulkhead/mail/ports/queue.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { settle, settleUnreadable, type Settling } from './attempt.ts'
import { deliver, type Delivery } from './deliver.ts'
import {
  attemptMaxMs,
  brokenOffGraceMs,
  deliveriesAtOnceMax,
  deliveriesPerDestinationMax,
  leasing,
  messagesPerConnectionMax,
  stopGraceMs,
  unreachableForMs,
  unreachableHeldMax,
} from './limits.ts'
import { deferred, type Outcome } from './outcome.ts'
import { findWay, goodbye, openWay, type Reaching } from './reach.ts'
import { destinationKey, destinationOf, type Destination } from './route.ts'
import type { Session } from './session.ts'
import { contentOf } from './transaction.ts'

export interface CourierParts {
  readonly settling: Settling
  readonly reaching: Reaching
  readonly privateKey: Secret<Uint8Array>
  readonly routes: readonly Route[]
  readonly leasing?: { readonly leaseMs: number; readonly renewEveryMs: number }
}

export interface Courier {
  setRoutes(routes: readonly Route[]): void
  /** Stops claiming, lets attempts under way end within the grace, breaks the others off; all are settled. */
  [Symbol.asyncDispose](): Promise<void>
}

interface Job {
  readonly claimed: Claimed
  readonly claimedAtMs: number
}

interface Lane {
  readonly destination: Destination
  readonly waiting: Job[]
  running: number
}

/** One worker's connection, opened when first needed. */
interface Line {
  session: Session | undefined
  messages: number
}

const idlePollMinMs = 50
const idlePollMaxMs = 500
const faultWaitMinMs = 250
const faultWaitMaxMs = 10_000

export const startCourier = ({ settling, reaching, privateKey, routes: initial, leasing: { leaseMs, renewEveryMs } = leasing }: CourierParts): Courier => {
  const { queue, clock, log, meter, sealing } = settling
  const lanes = new Map<string, Lane>()
  const open = new Set<Session>()
  const unreachable = new Map<string, { readonly untilMs: number; readonly outcome: Outcome }>()
  let routes = initial
  const held = new Set<Job>()
  let renewedAtMs = 0
  let stopping = false
  let wakeUp = (): void => {}

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const drop = async (line: Line): Promise<void> => {
    const { session } = line
    line.session = undefined
    line.messages = 0
    if (session === undefined) return
    await goodbye(session)
    open.delete(session)
  }

  /** The line's session where it still serves, else a new one. */
  const sessionOn = async (line: Line, { destination }: Lane): Promise<Session | Outcome> => {
    if (line.session !== undefined && !line.session.conversation.over && line.messages < messagesPerConnectionMax) return line.session
    await drop(line)
    const key = destinationKey(destination)
    const known = unreachable.get(key)
    if (known !== undefined && known.untilMs > clock.now()) return known.outcome
    const way = await findWay(reaching, destination)
    const reached = 'is' in way ? way : await openWay(reaching, way)
    if (reached.is !== 'open') {
      if (unreachable.size >= unreachableHeldMax) unreachable.clear()
      // Our own intake is back within a second.
      if (destination.to !== 'intake') unreachable.set(key, { untilMs: clock.now() + unreachableForMs, outcome: reached })
      return reached
    }
    unreachable.delete(key)
    line.session = reached.session
    open.add(reached.session)
    return reached.session
  }

  const attempt = async (line: Line, lane: Lane, { claimed }: Job): Promise<void> => {
    const sealedBody = await queue.body(claimed.id)
    // Another courier finished it after our lease ran out.
    if (sealedBody === undefined) return
    let opened
    let content
    try {
      opened = openQueued(sealing, privateKey, claimed)
      content = contentOf(opened.openBody(sealedBody))
    } catch (error) {
      return settleUnreadable(settling, claimed, error)
    }
    const { queued } = opened
    const trySession = async (): Promise<Delivery> => {
      const session = await sessionOn(line, lane)
      if ('is' in session) {
        return { outcomes: new Map(queued.recipients.map((recipient) => [recipient, session])), answered: 0 }
      }
      const timer = setTimeout(() => session.conversation.destroy('The attempt took too long'), attemptMaxMs)
      try {
        line.messages += 1
        return await deliver(session, queued, content, clock.now())
      } finally {
        clearTimeout(timer)
      }
    }
    const reused = line.messages > 0
    let delivery = await trySession()
    // A server that closes a connection it has had enough of says nothing about the message.
    const parted = [...delivery.outcomes.values()].every(({ is, said }) => is === 'deferred' && said.code === 421)
    if (reused && parted && !stopping) {
      await drop(line)
      delivery = await trySession()
    }
    const settled = await settle(settling, claimed, opened, delivery.outcomes, content.bytes)
    if (line.session?.protocol !== 'lmtp') return
    if (settled) acknowledge(line.session, delivery.answered)
    else line.session.conversation.destroy('Not acknowledged')
  }

  /**
   * Intake forgets the digests by which it would have known the message again. Where the fates were not settled it
   * must not, and since acknowledgements are told apart by their order alone, the session ends.
   */
  const acknowledge = ({ conversation, patience }: Session, transactions: number): void => {
    for (let count = 0; count < transactions; count += 1) {
      conversation.ask({ verb: 'XACK' }, patience.commandMs).catch(() => undefined)
    }
  }

  const work = async (lane: Lane): Promise<void> => {
    const line: Line = { session: undefined, messages: 0 }
    for (let job = lane.waiting.shift(); job !== undefined; job = lane.waiting.shift()) {
      try {
        // While leases can't be renewed nothing is begun: the message may soon be another courier's.
        if (clock.now() - Math.max(job.claimedAtMs, renewedAtMs) < leaseMs / 2) await attempt(line, lane, job)
      } catch (error) {
        log.error('attemptFailed', error, { queueId: job.claimed.id })
        meter.count('courier_faults')
      }
      held.delete(job)
      wakeUp()
    }
    await drop(line)
  }

  const startWorker = (lane: Lane): void => {
    lane.running += 1
    void work(lane).finally(() => {
      lane.running -= 1
      // What came while the last worker was saying goodbye.
      if (lane.waiting.length > 0) startWorker(lane)
      else if (lane.running === 0) lanes.delete(destinationKey(lane.destination))
    })
  }

  const laneOf = (destination: Destination): Lane => {
    const key = destinationKey(destination)
    const lane = lanes.get(key) ?? { destination, waiting: [], running: 0 }
    lanes.set(key, lane)
    return lane
  }

  const give = (claimed: Claimed): void => {
    const [first] = claimed.recipients
    assert(first !== undefined, 'what is claimed has a recipient')
    const destination = destinationOf(routes, first.domain)
    const lane = laneOf(destination)
    const job = { claimed, claimedAtMs: clock.now() }
    lane.waiting.push(job)
    held.add(job)
    if (lane.running >= deliveriesPerDestinationMax) return
    startWorker(lane)
  }

  const untilDue = async (emptyRounds: number): Promise<number> => {
    const idleMs = Math.min(idlePollMinMs * 2 ** Math.min(emptyRounds, 10), idlePollMaxMs)
    const dueMs = await queue.nextDueMs()
    return dueMs === null ? idleMs : Math.max(1, Math.min(idleMs, dueMs - clock.now()))
  }

  const loop = async (): Promise<void> => {
    let emptyRounds = 0
    let faults = 0
    while (!stopping) {
      try {
        const room = deliveriesAtOnceMax - held.size
        const claimed = room === 0 ? [] : await queue.claim(room, leaseMs)
        claimed.forEach(give)
        faults = 0
        emptyRounds = claimed.length === 0 ? emptyRounds + 1 : 0
        if (claimed.length > 0 && held.size < deliveriesAtOnceMax) continue
        if (!stopping) await pause(held.size >= deliveriesAtOnceMax ? idlePollMaxMs : await untilDue(emptyRounds))
      } catch (error) {
        log.error('claimFailed', error)
        faults += 1
        await pause(Math.min(faultWaitMinMs * 2 ** Math.min(faults, 10), faultWaitMaxMs))
      }
    }
  }

  /** Handed back at once, not only when the lease ends. */
  const release = async ({ claimed }: Job): Promise<void> => {
    const said = deferred('4.3.2', 'Stopping').said
    const fates = claimed.recipients.map(({ number }) => {
      return { number, fate: 'deferred', nextAttemptAtMs: clock.now(), status: `${said.code} ${said.enhanced}`, sealedText: null } as const
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

  const running = loop()
  const renewing = setInterval(() => void renew(), renewEveryMs)
  return {
    setRoutes(changed) {
      routes = changed
      unreachable.clear()
    },
    async [Symbol.asyncDispose]() {
      stopping = true
      wakeUp()
      await running
      const waiting = [...lanes.values()].flatMap((lane) => lane.waiting.splice(0))
      for (const job of waiting) held.delete(job)
      await Promise.all(waiting.map(release))
      const graceOverMs = Date.now() + stopGraceMs
      while (held.size > 0 && Date.now() < graceOverMs) await pause(idlePollMinMs)
      for (const session of open) session.conversation.destroy('Stopping')
      const brokenOffMs = Date.now() + brokenOffGraceMs
      while (held.size > 0 && Date.now() < brokenOffMs) await pause(idlePollMinMs)
      clearInterval(renewing)
    },
  }
}
