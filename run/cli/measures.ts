/** Sizes, counts and times as people write them. */
import { CannotDo } from './context.ts'

const units: Readonly<Record<string, number>> = {
  '': 1, K: 1024, KB: 1000, KIB: 1024, M: 1024 ** 2, MB: 1e6, MIB: 1024 ** 2, G: 1024 ** 3, GB: 1e9, GIB: 1024 ** 3,
}

export const bytesFrom = (text: string): number | null => {
  if (text === 'none' || text === 'unlimited') return null
  const match = /^(\d{1,15})\s*([a-z]*)$/i.exec(text.trim())
  const unit = match === null ? undefined : units[(match[2] ?? '').toUpperCase()]
  const bytes = unit === undefined ? Number.NaN : Number(match?.[1]) * unit
  if (!Number.isSafeInteger(bytes)) throw new CannotDo(`"${text}" is not a size; write bytes, or 500MB, 2GiB, none`)
  return bytes
}

export const sizeText = (bytes: number | null): string => {
  if (bytes === null) return 'none'
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  let value = bytes
  let at = 0
  while (value >= 1024 && at < unit.length - 1) {
    value /= 1024
    at += 1
  }
  return `${at === 0 ? value : value.toFixed(1)} ${unit[at] ?? 'B'}`
}

export const wholeFrom = (text: string, what: string, min: number, max: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new CannotDo(`${what} must be a whole number from ${min} to ${max}, not "${text}"`)
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }
const durationMsMax = 365 * 86_400_000

/** Milliseconds. */
export const durationFrom = (text: string, what: string): number => {
  const match = /^(\d{1,6})([smhd])$/.exec(text.trim())
  const ms = Number(match?.[1]) * (seconds[match?.[2] ?? ''] ?? Number.NaN) * 1_000
  if (!(ms > 0 && ms <= durationMsMax)) throw new CannotDo(`${what} must be a time such as 30m, 2h or 1d, not "${text}"`)
  return ms
}
