/** Arguments of STORE after its set (RFC 9051 section 9; RFC 7162 section 7). */
import { flags } from './flag.ts'
import { modSeqOrZero } from './mod-seq.ts'
import { atom, bad, keyword, list, peek, space, type Parser } from './scan.ts'

export interface StoreArguments {
  readonly mode: 'add' | 'remove' | 'replace'
  readonly silent: boolean
  readonly flags: readonly string[]
  /** Null: whatever happened to the message since. */
  readonly unchangedSince: number | null
}

/** `store-modifier = "UNCHANGEDSINCE" SP mod-sequence-valzer` */
const storeModifier: Parser<number> = (scan) => {
  if (keyword(scan) !== 'UNCHANGEDSINCE') bad('Unknown STORE modifier')
  space(scan)
  return modSeqOrZero(scan)
}

const storeModifiers: Parser<number | null> = (scan) => {
  if (peek(scan) !== 0x28) return null
  const [unchangedSince, ...more] = list(storeModifier)(scan)
  space(scan)
  return unchangedSince === undefined || more.length > 0 ? bad('One STORE modifier was expected') : unchangedSince
}

/** `["+" / "-"] "FLAGS" [".SILENT"]` */
const way: Parser<Pick<StoreArguments, 'mode' | 'silent'>> = (scan) => {
  const word = atom(scan).toUpperCase()
  const mode = word.startsWith('+') ? 'add' : word.startsWith('-') ? 'remove' : 'replace'
  const rest = mode === 'replace' ? word : word.slice(1)
  if (rest !== 'FLAGS' && rest !== 'FLAGS.SILENT') bad('Unknown STORE item')
  return { mode, silent: rest === 'FLAGS.SILENT' }
}

/** `[SP store-modifiers] SP store-att-flags` */
export const storeArguments: Parser<StoreArguments> = (scan) => {
  const unchangedSince = storeModifiers(scan)
  const { mode, silent } = way(scan)
  space(scan)
  return { mode, silent, flags: flags(scan), unchangedSince }
}
