/** Committed seeds, and what becomes of them when bytes are changed, dropped, doubled, swapped with another seed's or forged. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { japaneseCases } from './japanese/cases.ts'
import { caseBytes } from './japanese/twin.ts'
import { random, type Random } from './random.ts'
import { structureCases } from './structures/cases.ts'

const forged = [
  '\r\n', '\n', '\r', '\0', ' ', '\t', '"', '\\', '(', ')', '<', '>', '@', ',', ';', ':', '=', '*', '%', "'", '?=', '=?', '--', '\r\n\r\n', '\x1b$B', '\x1b(B',
  '\x1b(I', '\x0e', '\x0f', '\x81', '\x8f', '\xe3\x81', '\xf0\x9f\x98\x80', '\xed\xa0\x80', '\xff', '=\r\n', '+', '~{', '*0*=', '&#x1F600;', '<!--', '<script>',
] as const

/** One field's value a line. */
export const fieldSeeds = (name: 'addresses' | 'dates' | 'words' | 'types'): readonly Buffer[] =>
  readFileSync(join(import.meta.dirname, 'fields', `${name}.txt`), 'utf8').trimEnd().split('\n').map((line) => Buffer.from(line))

export const messageSeeds = (): readonly Buffer[] => [...structureCases.map(({ bytes }) => bytes), ...japaneseCases.map(caseBytes)]

const change = (r: Random, bytes: Buffer, seeds: readonly Buffer[]): Buffer => {
  const at = r.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + r.below(40))
  const before = bytes.subarray(0, at)
  switch (r.below(6)) {
    case 0:
      return Buffer.concat([before, bytes.subarray(end)])
    case 1:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    case 2:
      return Buffer.concat([before, r.bytes(r.below(4)), bytes.subarray(end)])
    case 3: {
      const other = seeds[r.below(seeds.length)] ?? bytes
      const from = r.below(other.length + 1)
      return Buffer.concat([before, other.subarray(from, from + r.below(200)), bytes.subarray(at)])
    }
    default:
      return Buffer.concat([before, Buffer.from(r.pick(forged), 'latin1'), bytes.subarray(at)])
  }
}

/** A seed after a few changes; the same number gives the same bytes. */
export const mutated = (seeds: readonly Buffer[], number: number): Buffer => {
  const r = random(number)
  let bytes = seeds[r.below(seeds.length)] ?? Buffer.alloc(0)
  for (let left = r.between(1, 6); left > 0; left -= 1) bytes = change(r, bytes, seeds)
  return bytes
}
