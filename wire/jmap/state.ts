/** One state for every type: the account's journal position as decimal text. */
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { MethodFailure } from './errors.ts'
import { BadValue, type Reader } from './readers.ts'

const statePattern = /^(?:0|[1-9]\d{0,15})$/

export const stateText = (seq: ModSeq): string => String(seq)

/** A state of ours, never one from the future: that can't be calculated from (RFC 8620 section 5.2). */
export const sinceOf = (text: string, now: ModSeq): ModSeq => {
  const seq = statePattern.test(text) ? Number(text) : Number.POSITIVE_INFINITY
  if (seq > now) throw new MethodFailure('cannotCalculateChanges', 'this is no state of the account')
  return seq as ModSeq
}

export const state: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || value.length > 255) throw new BadValue(path, 'a state is wanted')
  return value
}
