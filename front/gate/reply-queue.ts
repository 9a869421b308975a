/**
 * Replies in the order of their commands, though some are known later than others: what is ready at the front leaves in
 * one write.
 */
export interface PendingReply {
  text: string | undefined
}

export interface ReplyQueue {
  /** A reply that is known. */
  put(text: string): void
  /** Keeps the place of one that is not known yet. */
  reserve(): PendingReply
  /** Everything that may leave now. */
  take(): string
  readonly waiting: number
  /** Of replies that may leave. */
  readonly readyBytes: number
}

export const replyQueue = (): ReplyQueue => {
  let ready = ''
  let pending: PendingReply[] = []

  const advance = (): void => {
    let done = 0
    for (const { text } of pending) {
      if (text === undefined) break
      ready += text
      done += 1
    }
    if (done > 0) pending = pending.slice(done)
  }

  return {
    put(text) {
      if (pending.length === 0) ready += text
      else pending.push({ text })
    },
    reserve() {
      const place: PendingReply = { text: undefined }
      pending.push(place)
      return place
    },
    take() {
      if (pending.length > 0) advance()
      const text = ready
      ready = ''
      return text
    },
    get waiting() {
      return pending.length
    },
    get readyBytes() {
      return ready.length
    },
  }
}
