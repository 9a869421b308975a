/**
 * MAIL parameters that say how a submitted message wants to be handled: HOLDFOR and HOLDUNTIL (RFC 4865), MT-PRIORITY (RFC
 * 6710), BY (RFC 2852).
 */
import type { ParameterTable } from '../parameters.ts'

/** `BY=by-time ";" by-mode [by-trace]`. A server that has less time left than it took passes on what is left, also below zero. */
export interface By {
  readonly seconds: number
  readonly mode: 'return' | 'notify'
  readonly trace: boolean
}

export interface HandlingParameters {
  /** Seconds from now. */
  readonly holdFor: number | undefined
  /** Milliseconds since the epoch. */
  readonly holdUntil: number | undefined
  readonly priority: number | undefined
  readonly by: By | undefined
}

export const noHandling: HandlingParameters = { holdFor: undefined, holdUntil: undefined, priority: undefined, by: undefined }

export const asksForHandling = ({ holdFor, holdUntil, priority, by }: HandlingParameters): boolean =>
  [holdFor, holdUntil, priority, by].some((value) => value !== undefined)

/** RFC 3339 section 5.6. */
const dateTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i

const dateTime = (text: string): number | undefined => {
  if (!dateTimePattern.test(text)) return undefined
  const ms = Date.parse(text.toUpperCase())
  return Number.isNaN(ms) ? undefined : ms
}

/** `by-value = by-time ";" by-mode [by-trace]`, `by-time = ["-" / "+"] 1*9digit`. */
const byPattern = /^([+-]?[0-9]{1,9});([NR])(T?)$/i

const byOf = (text: string): By | undefined => {
  const [, seconds, mode = '', trace] = byPattern.exec(text) ?? []
  if (seconds === undefined) return undefined
  return { seconds: Number(seconds), mode: mode.toUpperCase() === 'R' ? 'return' : 'notify', trace: trace !== '' }
}

export const handlingTable: ParameterTable<HandlingParameters> = {
  HOLDFOR: (value) => (value !== undefined && /^[1-9][0-9]{0,8}$/.test(value) ? { holdFor: Number(value) } : undefined),
  HOLDUNTIL: (value) => {
    const holdUntil = value === undefined ? undefined : dateTime(value)
    return holdUntil === undefined ? undefined : { holdUntil }
  },
  'MT-PRIORITY': (value) => (value !== undefined && /^(0|-?[1-9])$/.test(value) ? { priority: Number(value) } : undefined),
  BY: (value) => {
    const by = value === undefined ? undefined : byOf(value)
    return by === undefined ? undefined : { by }
  },
}

export const encodeHandling = ({ holdFor, holdUntil, priority, by }: HandlingParameters): string =>
  [
    holdFor === undefined ? '' : ` HOLDFOR=${holdFor}`,
    holdUntil === undefined ? '' : ` HOLDUNTIL=${new Date(holdUntil).toISOString()}`,
    priority === undefined ? '' : ` MT-PRIORITY=${priority}`,
    by === undefined ? '' : ` BY=${by.seconds};${by.mode === 'return' ? 'R' : 'N'}${by.trace ? 'T' : ''}`,
  ].join('')
