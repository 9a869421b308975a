/** Checks a ledger from its first line to its last: the chain, the numbering, and every checkpoint. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointsFile, firstHash, hashOf, ledgerFiles } from './ledger.ts'

export type Verified =
  | { readonly is: 'whole'; readonly lines: number; readonly checkpoints: number; readonly head: string }
  | { readonly is: 'broken'; readonly file: string; readonly line: number; readonly why: string }

interface Line {
  readonly seq?: number
  readonly prev?: string
  readonly head?: string
}

const parsed = (text: string): Line | undefined => {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

/** Whole lines; what follows the last line end is being written, or was torn by a crash. */
const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1)

export const verifyLedger = (directory: string): Verified => {
  const hashes = new Map<number, string>()
  let seq = 0
  let hash = firstHash
  for (const file of ledgerFiles(directory)) {
    for (const [at, text] of linesOf(join(directory, file)).entries()) {
      const line = parsed(text)
      const broken = (why: string): Verified => ({ is: 'broken', file, line: at + 1, why })
      if (line === undefined) return broken('not JSON')
      if (line.seq !== seq + 1) return broken(`number ${line.seq ?? '?'} follows ${seq}: lines are missing or were put in`)
      if (line.prev !== hash) return broken('the line before it was changed')
      seq += 1
      hash = hashOf(text)
      hashes.set(seq, hash)
    }
  }
  const checkpoints = existsSync(join(directory, checkpointsFile)) ? linesOf(join(directory, checkpointsFile)) : []
  for (const [at, text] of checkpoints.entries()) {
    const line = parsed(text)
    if (line?.seq === undefined || (line.seq > 0 && hashes.get(line.seq) !== line.head)) {
      return { is: 'broken', file: checkpointsFile, line: at + 1, why: 'the ledger has no such head: its end was cut off or it was written anew' }
    }
  }
  return { is: 'whole', lines: seq, checkpoints: checkpoints.length, head: hash }
}
