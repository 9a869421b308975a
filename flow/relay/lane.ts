/**
 * Mail that goes one way: what waits for it and the connections that work it off. Domains with the same exchangers share
 * a lane and its connections. How many there are is decided by what each host takes (`peers.ts`); a lane whose host nobody
 * has reached yet has one.
 */
import type { Session } from './session.ts'
import type { Job } from './job.ts'
import type { Travel, Way } from './reach.ts'

/** One worker's connection, opened when first needed. */
export interface Line {
  session: Session | undefined
  peer: string
  messages: number
}

export interface Lane {
  readonly key: string
  readonly way: Way
  readonly travel: Travel
  readonly waiting: Job[]
  /** Workers whose open connection has nothing to do. */
  readonly idle: Set<(job: Job | undefined) => void>
  workers: number
  /** Workers that have no connection yet. */
  dialling: number
}

/** Mail that has to travel otherwise goes over other connections. */
export const laneKey = (way: Way, { need, source }: Travel): string => `${way.key} ${need} ${source?.v4 ?? ''} ${source?.v6 ?? ''}`

export const newLane = (key: string, way: Way, travel: Travel): Lane => ({ key, way, travel, waiting: [], idle: new Set(), workers: 0, dialling: 0 })

/** What a host is known as to `peers.ts`: it counts us by the address we come from. Its name has no brackets of a literal. */
export const peerOf = ({ way, travel }: Pick<Lane, 'way' | 'travel'>, host: string): string =>
  `${host.replace(/^\[|\]$/g, '')}:${way.port} ${travel.source?.v4 ?? ''} ${travel.source?.v6 ?? ''}`.trimEnd()

/** Our own intake is one host without a name. */
export const own = ({ way }: Pick<Lane, 'way'>): string => `${way.key}:${way.port}`

export const peersOf = ({ way, travel }: Pick<Lane, 'way' | 'travel'>): readonly string[] =>
  way.hosts.length === 0 ? [own({ way })] : way.hosts.map((host) => peerOf({ way, travel }, host))

/** Puts a job where a connection waits for it, else in line. */
export const putInLane = (lane: Lane, job: Job): void => {
  const [idle] = lane.idle
  if (idle === undefined) {
    lane.waiting.push(job)
    return
  }
  lane.idle.delete(idle)
  idle(job)
}

/** The next job; an open connection waits for one for `lingerMs`. Undefined: none came. */
export const nextJob = (lane: Lane, line: Line, lingerMs: number): Promise<Job | undefined> | Job | undefined => {
  const job = lane.waiting.shift()
  if (job !== undefined || line.session === undefined || line.session.conversation.over || lingerMs === 0) return job
  return new Promise((resolve) => {
    const take = (given: Job | undefined): void => {
      clearTimeout(timer)
      lane.idle.delete(take)
      resolve(given)
    }
    const timer = setTimeout(() => take(undefined), lingerMs)
    lane.idle.add(take)
  })
}
