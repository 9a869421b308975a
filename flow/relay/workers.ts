/**
 * Works off what was claimed: lanes, their connections, and what is learned of hosts on the way. Nothing here claims; a job
 * given here ends with `done`, settled or left to its lease.
 */
import type { Secret } from '@bulkhead/base/secret.ts'
import { settle, settleUnreadable, type Original, type Settling } from './attempt.ts'
import { byteBudget } from './byte-budget.ts'
import { deliver, type Delivery, type Outcomes } from './deliver.ts'
import { allTo, contentFor, endedBefore, type Job } from './job.ts'
import { laneKey, newLane, nextJob, own, peerOf, peersOf, putInLane, type Lane, type Line } from './lane.ts'
import {
  attemptMaxMs, contentBytesMax, dialsAtOnceMax, heldPerWayMin, hopelessDialsAtOnceMax, lingerMs, sessionsMax,
} from './limits.ts'
import { stoppingWord, type Outcome } from './outcome.ts'
import type { PaceSignal } from './pace.ts'
import { peers as newPeers } from './peers.ts'
import { anyTravel, goodbye, openWay, wayFor, type Reaching, type Travel, type Way } from './reach.ts'
import { messagesMaxOf, suits, type Session } from './session.ts'
import { signalOf } from './signal.ts'
import { unreachable as newUnreachable } from './unreachable.ts'

export interface WorkerParts {
  readonly settling: Settling
  readonly reaching: Reaching
  readonly privateKey: Secret<Uint8Array>
  /** Its lease is surely ours for long enough to begin. */
  readonly isFresh: (job: Job) => boolean
  readonly done: (job: Job) => void
  readonly connectionsPerHostMax: number
}

export interface Workers {
  give(job: Job, way: Way | Outcome): void
  /** How many more messages of the way may be claimed. */
  room(way: Way): number
  routesChanged(): void
  /** Nothing more is begun; the jobs nobody began. */
  stop(): readonly Job[]
  breakOff(): void
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const startWorkers = ({ settling, reaching, isFresh, done, connectionsPerHostMax }: WorkerParts): Workers => {
  const { queue, clock, log, meter } = settling
  const lanes = new Map<string, Lane>()
  const load = new Map<string, number>()
  /** Lanes with jobs that had to wait for others' connections. */
  const starved = new Set<Lane>()
  const open = new Set<Session>()
  const peers = newPeers(clock, connectionsPerHostMax)
  const unreachable = newUnreachable(clock)
  const contents = byteBudget(contentBytesMax)
  let dials = 0
  let hopelessDials = 0
  let stopping = false

  const carry = (key: string, by: number): void => {
    const now = (load.get(key) ?? 0) + by
    if (now > 0) load.set(key, now)
    else load.delete(key)
  }

  const roomOf = (lane: Lane): number => peersOf(lane).reduce((sum, peer) => sum + peers.room(peer), 0)
  const isProven = (lane: Lane): boolean => peersOf(lane).some((peer) => peers.connections(peer) > 0)
  const mayStart = (lane: Lane): boolean => {
    if (stopping || dials >= dialsAtOnceMax || open.size + dials >= sessionsMax + hopelessDials) return false
    // What is settled without a connection needs no room for one.
    if (unreachable.now(lane.key) !== undefined) return lane.workers === 0
    if (unreachable.lately(lane.key) && hopelessDials >= hopelessDialsAtOnceMax) return false
    return lane.dialling < (isProven(lane) ? roomOf(lane) : 1)
  }

  const fill = (lane: Lane): void => {
    while (lane.waiting.length > 0 && mayStart(lane)) startWorker(lane)
    if (lane.waiting.length > 0 && lane.workers === 0) starved.add(lane)
  }
  const feed = (): void => {
    for (const lane of starved) {
      starved.delete(lane)
      fill(lane)
      if (starved.has(lane)) return
    }
  }

  const drop = async (line: Line, lane: Lane): Promise<void> => {
    const { session, peer } = line
    line.session = undefined
    line.messages = 0
    if (session === undefined) return
    lane.dialling += 1
    await goodbye(session)
    open.delete(session)
    peers.closed(peer)
    feed()
  }

  const takeUp = (line: Line, lane: Lane, session: Session): Session => {
    unreachable.reached(lane.key)
    lane.dialling -= 1
    line.session = session
    line.peer = lane.way.hosts.length === 0 ? own(lane) : peerOf(lane, session.host)
    peers.opened(line.peer)
    open.add(session)
    meter.gauge('courier_connections', open.size)
    return session
  }

  const dial = async (line: Line, lane: Lane, { domain }: Job): Promise<Session | Outcome> => {
    const free = lane.way.hosts.filter((host) => peers.room(peerOf(lane, host)) > 0)
    const hopeless = unreachable.lately(lane.key) ? 1 : 0
    dials += 1
    hopelessDials += hopeless
    try {
      const way = wayFor(lane.way, domain)
      const reached = await openWay(reaching, { ...way, hosts: free.length === 0 ? way.hosts : free }, lane.travel)
      return reached.is === 'open' ? takeUp(line, lane, reached.session) : reached
    } finally {
      dials -= 1
      hopelessDials -= hopeless
    }
  }

  /** The line's session where it still serves, else a new one. `back`: others of this lane have what the host gives. */
  const sessionOn = async (line: Line, lane: Lane, job: Job): Promise<Session | Outcome | 'back'> => {
    const { session: last } = line
    const serves = last !== undefined && !last.conversation.over && line.messages < messagesMaxOf(last)
    if (serves && suits(last, lane.travel.need, job.domain)) return last
    await drop(line, lane)
    const known = unreachable.now(lane.key)
    if (known !== undefined) return known
    const others = lane.workers - lane.dialling
    const session = await dial(line, lane, job)
    if (!('is' in session)) return session
    feed()
    if (session.is === 'deferred' && others > 0 && isProven(lane)) {
      for (const peer of peersOf(lane)) if (peers.room(peer) > 0) peers.heard(peer, 'fewer')
      return 'back'
    }
    // Our own intake is back within a second.
    if (lane.way.destination.to !== 'intake') unreachable.failed(lane.key, session)
    return session
  }

  const original = (job: Job): Original => async () => {
    const content = await contentFor(queue, job)
    return content?.bytes ?? Buffer.alloc(0)
  }

  const settleAll = async (job: Job, outcome: Outcome): Promise<void> => {
    await settle(settling, job.claimed, job.opened, { outcomes: allTo(job, outcome), over: null }, original(job))
  }

  const hear = (line: Line, outcomes: Outcomes): void => {
    const signal: PaceSignal | undefined = signalOf([...outcomes.values()])
    if (signal !== undefined) peers.heard(line.peer, signal)
  }

  const transact = async (line: Line, session: Session, job: Job, content: Parameters<typeof deliver>[2]): Promise<Delivery> => {
    const waitMs = peers.turn(line.peer)
    if (waitMs > 0) await pause(waitMs)
    const timer = setTimeout(() => session.conversation.destroy('The attempt took too long'), attemptMaxMs)
    try {
      line.messages += 1
      return await deliver(session, job.opened.queued, content, clock.now())
    } finally {
      clearTimeout(timer)
    }
  }

  /** True where the job is to go back in line. */
  const deliverOn = async (line: Line, lane: Lane, first: Session, job: Job): Promise<boolean> => {
    let content
    try {
      content = await contentFor(queue, job)
    } catch (error) {
      await settleUnreadable(settling, job.claimed, error)
      return false
    }
    if (content === undefined) return false
    const reused = line.messages > 0
    let delivery = await transact(line, first, job, content)
    // A server that closes a connection it has had enough of says nothing about the message.
    const parted = [...delivery.outcomes.values()].every(({ is, said }) => is === 'deferred' && said.code === 421)
    if (reused && parted && !stopping) {
      await drop(line, lane)
      const session = await sessionOn(line, lane, job)
      if (session === 'back') return true
      delivery = 'is' in session ? { outcomes: allTo(job, session), answered: 0, over: null } : await transact(line, session, job, content)
    }
    if (line.session !== undefined) hear(line, delivery.outcomes)
    const { bytes } = content
    const settled = await settle(settling, job.claimed, job.opened, delivery, async () => bytes)
    if (line.session?.protocol !== 'lmtp') return false
    if (settled) acknowledge(line.session, delivery.answered)
    else line.session.conversation.destroy('Not acknowledged')
    return false
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

  const attempt = async (line: Line, lane: Lane, job: Job): Promise<boolean> => {
    const ended = endedBefore(job, clock.now())
    if (ended !== undefined) {
      await settleAll(job, ended)
      return false
    }
    const session = await sessionOn(line, lane, job)
    if (session === 'back') return true
    if ('is' in session) {
      await settleAll(job, session)
      return false
    }
    // Sealed and plain.
    const bytes = 2 * job.claimed.sizeBytes
    await contents.take(bytes)
    try {
      return await deliverOn(line, lane, session, job)
    } finally {
      contents.giveBack(bytes)
    }
  }

  const finish = (job: Job, key: string): void => {
    carry(key, -1)
    done(job)
  }

  const work = async (lane: Lane): Promise<void> => {
    const line: Line = { session: undefined, peer: '', messages: 0 }
    for (;;) {
      const job = await nextJob(lane, line, stopping ? 0 : lingerMs)
      if (job === undefined) break
      let back = false
      try {
        // While leases can't be renewed nothing is begun: the message may soon be another courier's.
        if (isFresh(job)) back = await attempt(line, lane, job)
      } catch (error) {
        log.error('attemptFailed', error, { queueId: job.claimed.id })
        meter.count('courier_faults')
      }
      if (back) {
        lane.waiting.unshift(job)
        break
      }
      finish(job, lane.way.key)
      fill(lane)
    }
    await drop(line, lane)
  }

  const startWorker = (lane: Lane): void => {
    lane.workers += 1
    lane.dialling += 1
    void work(lane).finally(() => {
      lane.workers -= 1
      lane.dialling -= 1
      if (lane.waiting.length > 0) fill(lane)
      else if (lane.workers === 0) lanes.delete(lane.key)
    })
  }

  const laneOf = (way: Way, travel: Travel): Lane => {
    const key = laneKey(way, travel)
    const lane = lanes.get(key) ?? newLane(key, way, travel)
    lanes.set(key, lane)
    return lane
  }

  return {
    give(job, way) {
      const key = 'is' in way ? job.domain : way.key
      carry(key, 1)
      if ('is' in way) {
        settleAll(job, endedBefore(job, clock.now()) ?? way)
          .catch((error: unknown) => log.error('attemptFailed', error, { queueId: job.claimed.id }))
          .finally(() => finish(job, key))
        return
      }
      const lane = laneOf(way, job.travel)
      putInLane(lane, job)
      fill(lane)
    },
    room(way) {
      // A guess where several of our addresses are used: they share what may be held.
      const connections = peersOf({ way, travel: anyTravel }).reduce((sum, peer) => sum + peers.allowed(peer), 0)
      return Math.max(0, Math.max(heldPerWayMin, 2 * connections) - (load.get(way.key) ?? 0))
    },
    routesChanged: () => unreachable.forget(),
    stop() {
      stopping = true
      const waiting = [...lanes.values()].flatMap((lane) => lane.waiting.splice(0))
      for (const lane of lanes.values()) for (const take of lane.idle) take(undefined)
      return waiting
    },
    breakOff() {
      for (const session of open) session.conversation.destroy(stoppingWord)
    },
  }
}
