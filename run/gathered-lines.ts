/**
 * Lines of the log on their way out, gathered: a write for each message that comes in costs as much as a tenth of the rest
 * of its way. What is more than information leaves at once, and takes what waits along.
 */
const gatherMs = 40
const gatheredBytesMax = 65_536

export interface GatheredLines {
  put(line: string): void
  flush(): void
}

const isUrgent = (line: string): boolean => !(line.includes('"level":"info"') || line.includes('"level":"debug"'))

export const gatheredLines = (write: (text: string) => void): GatheredLines => {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (held === '') return
    const text = held
    held = ''
    write(text)
  }
  return {
    put(line) {
      held += line
      if (held.length > gatheredBytesMax || isUrgent(line)) flush()
      else timer ??= setTimeout(flush, gatherMs).unref()
    },
    flush,
  }
}
