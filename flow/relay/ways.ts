/** Ways to destinations, found once and kept for a while, so that what to claim can be decided before it is claimed. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Route } from '@bulkhead/door/contracts/start.ts'
import { wayForMs, wayMissingForMs, wayOldForMs, waysFoundAtOnceMax, waysHeldMax } from './limits.ts'
import { deferred, type Outcome } from './outcome.ts'
import type { Way } from './reach.ts'
import { destinationOf, type Destination } from './route.ts'

export type WayOrOutcome = Way | Outcome

export interface Ways {
  /** What is known; undefined: it is being looked for, and `onFound` will be called, or too many are. */
  known(domain: string): WayOrOutcome | undefined
  setRoutes(routes: readonly Route[]): void
}

interface Parts {
  readonly find: (destination: Destination) => Promise<WayOrOutcome>
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly log: Log
  readonly onFound: () => void
}

export const ways = ({ find, routes: initial, clock, log, onFound }: Parts): Ways => {
  const kept = new Map<string, { readonly way: WayOrOutcome; readonly untilMs: number }>()
  const looking = new Set<string>()
  let routes = initial

  const keep = (domain: string, way: WayOrOutcome): void => {
    const [oldest] = kept.keys()
    if (kept.size >= waysHeldMax && oldest !== undefined) kept.delete(oldest)
    kept.delete(domain)
    kept.set(domain, { way, untilMs: clock.now() + ('is' in way ? wayMissingForMs : wayForMs) })
  }

  const look = async (domain: string): Promise<void> => {
    const asked = routes
    let way: WayOrOutcome
    try {
      way = await find(destinationOf(asked, domain))
    } catch (error) {
      log.error('wayNotFound', error)
      way = deferred('4.4.3', 'The way to the domain could not be found')
    }
    looking.delete(domain)
    if (asked === routes) keep(domain, way)
    onFound()
  }

  return {
    known(domain) {
      const found = kept.get(domain)
      if (found !== undefined && found.untilMs > clock.now()) return found.way
      if (!looking.has(domain) && looking.size < waysFoundAtOnceMax) {
        looking.add(domain)
        void look(domain)
      }
      // A way that has just got old serves while it is looked for anew; an old failure does not.
      const serves = found !== undefined && found.untilMs + wayOldForMs > clock.now()
      return serves && !('is' in found.way) ? found.way : undefined
    },
    setRoutes(changed) {
      routes = changed
      kept.clear()
    },
  }
}
