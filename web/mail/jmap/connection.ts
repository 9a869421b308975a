/** Whether the server is there, as far as the last requests know; and waiting for it with growing pauses. */
import { signal } from '@preact/signals'

export const connection = signal<'good' | 'broken'>('good')

const pausesMs = [1000, 2000, 4000, 8000, 15_000, 30_000]

/** Waits before the try after `tries` failed ones: its pause and up to a quarter more, or less where the browser says the network is back. */
export const pauseAfter = (tries: number, stop?: AbortSignal | null): Promise<void> =>
  new Promise((resolve, reject) => {
    const pause = pausesMs[Math.min(tries, pausesMs.length) - 1] ?? 1000
    const done = (): void => {
      window.clearTimeout(timer)
      removeEventListener('online', done)
      stop?.removeEventListener('abort', fail)
      resolve()
    }
    const fail = (): void => {
      done()
      reject(stop?.reason)
    }
    const timer = window.setTimeout(done, pause * (1 + Math.random() / 4))
    addEventListener('online', done)
    stop?.addEventListener('abort', fail)
  })
