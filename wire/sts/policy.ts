/** An MTA-STS policy (RFC 8461 section 3.2), text to value, and which hosts it covers (section 4.1). Pure. */
import { isDomain } from '../smtp/path.ts'

export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Host names and `*.` patterns, lower case. */
  readonly mx: readonly string[]
  readonly maxAgeSeconds: number
}

export const stsPolicyBytesMax = 65_536
export const stsMxMax = 1_000
/** A year (RFC 8461 section 3.2). */
const maxAgeSecondsMax = 31_557_600
const modes = ['enforce', 'testing', 'none'] as const

const isPattern = (text: string): boolean => isDomain(text.startsWith('*.') ? text.slice(2) : text) && !text.startsWith('[')

/** Undefined for what is no policy. Of a key that stands twice the first counts; unknown keys are skipped. */
export const parseStsPolicy = (text: string): StsPolicy | undefined => {
  if (text.length > stsPolicyBytesMax) return undefined
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) {
      if (line.trim() !== '') return undefined
      continue
    }
    const key = line.slice(0, colon).trim()
    const value = line.slice(colon + 1).trim()
    if (key !== 'mx') {
      if (!fields.has(key)) fields.set(key, value)
      continue
    }
    const pattern = value.toLowerCase()
    if (!isPattern(pattern) || mx.length >= stsMxMax) return undefined
    mx.push(pattern)
  }
  const mode = modes.find((one) => one === fields.get('mode'))
  const maxAge = fields.get('max_age') ?? ''
  if (fields.get('version') !== 'STSv1' || mode === undefined || !/^[0-9]{1,10}$/.test(maxAge)) return undefined
  if (mode !== 'none' && mx.length === 0) return undefined
  return { mode, mx, maxAgeSeconds: Math.min(Number(maxAge), maxAgeSecondsMax) }
}

/** As RFC 8460 section 4.4 wants a policy told, and as one may be served. */
export const stsPolicyLines = ({ mode, mx, maxAgeSeconds }: StsPolicy): readonly string[] => [
  'version: STSv1',
  `mode: ${mode}`,
  ...mx.map((pattern) => `mx: ${pattern}`),
  `max_age: ${maxAgeSeconds}`,
]

/** A `*.` stands for one label (RFC 8461 section 4.1). */
export const stsCovers = ({ mx }: StsPolicy, host: string): boolean => {
  const name = host.toLowerCase()
  const dot = name.indexOf('.')
  const parent = dot > 0 ? name.slice(dot) : undefined
  return mx.some((pattern) => pattern === name || (pattern.startsWith('*.') && parent !== undefined && pattern.slice(1) === parent))
}
