/** Gathers a header that may come in many chunks, up to a limit; what is beyond it is counted and not kept. */

const firstBytes = 4_096

export const keptHeader = (bytesMax: number) => {
  let buffer: Buffer = Buffer.alloc(0)
  let kept = 0
  const room = (wanted: number): void => {
    if (wanted <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.min(bytesMax, Math.max(wanted, buffer.length * 2, firstBytes)))
    buffer.copy(larger, 0, 0, kept)
    buffer = larger
  }
  return {
    add(bytes: Buffer): void {
      const fitting = Math.min(bytes.length, bytesMax - kept)
      if (fitting <= 0) return
      room(kept + fitting)
      bytes.copy(buffer, kept, 0, fitting)
      kept += fitting
    },
    /** The first `length` bytes of what was added, where it was that much. Valid until the next `add` after `clear`. */
    take(length: number): Buffer {
      return buffer.subarray(0, Math.min(length, kept))
    },
    clear(): void {
      kept = 0
    },
  }
}
