/**
 * One event stream for all tabs of a browser: over HTTP/1.1 it has six connections to a host, and with a stream in each of six tabs no
 * request of any of them would go out. The tab that holds a lock reads the stream and passes on what it says; with it goes the lock,
 * and the next in the queue reads.
 */
import { silentMsMax, stream, type Word } from './push.ts'

const name = 'bulkhead.news'
/** How often is looked whether the tab that reads still says something. */
const lookEveryMs = 15_000

/** Listens until `stop`. `hear` is told 'open' where something may have happened that nobody told. */
export const listen = async (hear: (word: Word) => void, stop: AbortSignal): Promise<void> => {
  const channel = new BroadcastChannel(name)
  let heardMs = Date.now()
  const heard = (word: Word): void => {
    heardMs = Date.now()
    hear(word)
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Word>) => heard(data))
  const tell = (word: Word): void => {
    heard(word)
    channel.postMessage(word)
  }

  /** Reads for all as long as the lock is here; rejects where another tab took it. */
  const read = async (options: LockOptions, granted: () => void = () => undefined): Promise<void> => {
    const over = new AbortController()
    try {
      await navigator.locks.request(name, options, async (lock) => {
        if (lock === null) return hear({ is: 'open' })
        granted()
        await stream(tell, AbortSignal.any([stop, over.signal]))
      })
    } finally {
      over.abort()
    }
  }

  /** Waits for its turn; true where the tab that reads has been silent for too long while this one is looked at: it was put to sleep. */
  const wait = async (): Promise<boolean> => {
    const silent = new AbortController()
    heardMs = Date.now()
    const looking = window.setInterval(() => {
      if (Date.now() - heardMs > silentMsMax && document.visibilityState === 'visible') silent.abort()
    }, lookEveryMs)
    try {
      await read({ signal: AbortSignal.any([stop, silent.signal]) }, () => window.clearInterval(looking))
      return false
    } catch {
      return silent.signal.aborted
    } finally {
      window.clearInterval(looking)
    }
  }

  await read({ ifAvailable: true }).catch(() => undefined)
  // Another tab may take the lock from this one: then it waits as the others do.
  while (!stop.aborted) if (await wait()) await read({ steal: true }).catch(() => undefined)
  channel.close()
}
