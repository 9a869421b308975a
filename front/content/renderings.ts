/** Renderings of the last minutes: the frame asks for the document right after the page asked for the view. Bounded by weight. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Rendering } from './rendering.ts'

const weightMax = 67_108_864
const keptMs = 300_000

export interface Renderings {
  /** `key` names the session, the message and how it is shown. */
  get(key: string, make: () => Promise<Rendering | undefined>): Promise<Rendering | undefined>
  /** Those of a session that ended. */
  forget(session: string): void
}

interface Kept {
  readonly rendering: Rendering
  readonly untilMs: number
}

export const renderings = (clock: Clock): Renderings => {
  const kept = new Map<string, Kept>()
  let weight = 0
  const remove = (key: string): void => {
    weight -= kept.get(key)?.rendering.weight ?? 0
    kept.delete(key)
  }
  const prune = (): void => {
    for (const [key, { untilMs }] of kept) {
      if (untilMs > clock.now() && weight <= weightMax) return
      remove(key)
    }
  }
  return {
    async get(key, make) {
      prune()
      const known = kept.get(key)
      if (known !== undefined) return known.rendering
      const rendering = await make()
      if (rendering === undefined || rendering.tooDear || rendering.weight > weightMax / 4) return rendering
      remove(key)
      kept.set(key, { rendering, untilMs: clock.now() + keptMs })
      weight += rendering.weight
      prune()
      return rendering
    },
    forget(session) {
      for (const key of kept.keys()) if (key.startsWith(`${session} `)) remove(key)
    },
  }
}
