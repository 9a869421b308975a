/**
 * Content of messages on their way in, held in memory until they are sealed. One budget for all sessions of the
 * mailroom: who finds it spent is asked to come again, and nobody else's session notices.
 */
const contentBytesAtOnceMax = 512 * 1024 * 1024

export interface Content {
  /** False where the budget is spent; the content is then given up. */
  add(bytes: Buffer): boolean
  readonly bytes: number
  /** All of it; the budget is given back when `discard` is called. */
  whole(): Buffer
  discard(): void
}

export interface ContentBudget {
  open(): Content
}

export const contentBudget = (bytesMax = contentBytesAtOnceMax): ContentBudget => {
  let held = 0
  return {
    open() {
      let chunks: Buffer[] = []
      let bytes = 0
      const discard = (): void => {
        held -= bytes
        bytes = 0
        chunks = []
      }
      return {
        add(chunk) {
          if (chunk.length === 0) return true
          if (held + chunk.length > bytesMax) {
            discard()
            return false
          }
          held += chunk.length
          bytes += chunk.length
          chunks.push(chunk)
          return true
        },
        get bytes() {
          return bytes
        },
        whole: () => (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
        discard,
      }
    },
  }
}
