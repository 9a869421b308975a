/**
 * How many connections a host is given, and how fast messages follow one another: more while it takes them, half when it
 * says that it is too much (additive increase, multiplicative decrease, as TCP does). Pure; one value per exchanger host and
 * source address, since that is what hosts count by.
 */

export interface Pace {
  /** Connections the host may be given, whole part. */
  readonly window: number
  /** Below it the window grows by one with each message, above by one with each windowful. */
  readonly threshold: number
  /** Never more, for what is known of the host or was learned. */
  readonly ceiling: number
  /** What was learned of the ceiling is believed until then. */
  readonly ceilingUntilMs: number
  /** Between two messages. */
  readonly gapMs: number
  readonly shrunkAtMs: number
}

/**
 * `taken`: the host took a message. `slower`: it asked for less. `fewer`: it took no further connection while it had some of ours.
 */
export type PaceSignal = 'taken' | 'slower' | 'fewer'

export const windowFirst = 2
export const windowMax = 20
/** Signals of one moment count once: all connections hear the same complaint. */
const shrinkEveryMs = 1_000
/** How long "too many connections" is believed before one more is tried. */
const ceilingForMs = 600_000
const gapFirstMs = 100
const gapMaxMs = 10_000
/** Each message that was taken shortens the gap by this part, and ends it below `gapFirstMs` / 2. */
const gapShrink = 0.9

export const paceOf = (ceiling: number = windowMax): Pace => ({
  window: Math.min(windowFirst, ceiling),
  threshold: windowMax,
  ceiling,
  ceilingUntilMs: Number.MAX_SAFE_INTEGER,
  gapMs: 0,
  shrunkAtMs: 0,
})

const grown = (pace: Pace): Pace => {
  const window = pace.window + (pace.window < pace.threshold ? 1 : 1 / pace.window)
  const gapMs = pace.gapMs * gapShrink
  return { ...pace, window: Math.min(window, pace.ceiling), gapMs: gapMs < gapFirstMs / 2 ? 0 : gapMs }
}

const shrunk = (pace: Pace, nowMs: number): Pace => {
  if (nowMs - pace.shrunkAtMs < shrinkEveryMs) return pace
  const window = Math.max(1, pace.window / 2)
  return { ...pace, window, threshold: window, gapMs: Math.min(gapMaxMs, Math.max(gapFirstMs, pace.gapMs * 2)), shrunkAtMs: nowMs }
}

/** `inUse`: connections to the host that are open. `ceiling`: of this host where nothing was learned. */
export const paced = (before: Pace, signal: PaceSignal, at: { readonly nowMs: number; readonly inUse: number; readonly ceiling: number }): Pace => {
  const pace = before.ceilingUntilMs > at.nowMs ? before : { ...before, ceiling: at.ceiling, ceilingUntilMs: Number.MAX_SAFE_INTEGER }
  if (signal === 'taken') return grown(pace)
  if (signal === 'slower') return shrunk(pace, at.nowMs)
  const ceiling = Math.max(1, Math.min(pace.ceiling, at.inUse))
  return { ...pace, ceiling, ceilingUntilMs: at.nowMs + ceilingForMs, window: Math.min(pace.window, ceiling), threshold: ceiling }
}

export const connectionsFor = ({ window, ceiling }: Pace): number => Math.max(1, Math.floor(Math.min(window, ceiling)))
