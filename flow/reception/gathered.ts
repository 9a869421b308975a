/**
 * One message as it comes, in one piece of memory with room in front for the fields that are put before it. Its bytes are
 * gone after `discard`: whoever wants to keep some copies them.
 */
import { release } from '@bulkhead/base/bytes.ts'
import type { Hold } from './hold.ts'

/** Room for fields; more of them than fit cost a copy of the message. */
export const headroomBytes = 4_096
const firstBytes = 65_536

export interface Gathered {
  readonly sizeBytes: number
  /** This many more bytes are to come. False where there is no memory for them. */
  expect(bytes: number): boolean
  /** Takes a copy. Only within what was expected. */
  add(chunk: Buffer): void
  /** What came; a view. */
  message(): Buffer
  /** What came with `fields` before it: a view, overwritten by the next call. */
  under(fields: Buffer): Buffer
  discard(): void
}

const none = Buffer.alloc(0)

export const gathered = (hold: Hold): Gathered => {
  let memory = none
  let end = headroomBytes
  const move = (bytes: number): void => {
    const larger = Buffer.allocUnsafeSlow(bytes)
    if (memory.length > 0) memory.copy(larger, headroomBytes, headroomBytes, end)
    drop()
    memory = larger
  }
  const drop = (): void => {
    if (memory.length === 0) return
    memory.fill(0, 0, end)
    release(memory)
    memory = none
  }
  return {
    get sizeBytes() {
      return end - headroomBytes
    },
    expect(bytes) {
      const wanted = end + bytes
      if (bytes === 0 || wanted <= memory.length) return true
      // A message of several chunks is moved seldom; one that comes whole gets what it takes.
      const roomy = memory.length === 0 ? wanted : Math.max(wanted, firstBytes, memory.length * 2)
      const size = hold.grow(roomy) ? roomy : wanted
      if (!hold.grow(size)) return false
      move(size)
      return true
    },
    add(chunk) {
      end += chunk.copy(memory, end)
    },
    message: () => memory.subarray(headroomBytes, end),
    under(fields) {
      if (fields.length > headroomBytes || memory.length === 0) return Buffer.concat([fields, memory.subarray(headroomBytes, end)])
      fields.copy(memory, headroomBytes - fields.length)
      return memory.subarray(headroomBytes - fields.length, end)
    },
    discard() {
      drop()
      end = headroomBytes
      hold.release()
    },
  }
}
