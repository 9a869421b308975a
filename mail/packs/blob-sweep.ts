/**
 * Removes what writers that died, and appends that nobody knows of, left in the blob store: a turn now and then, of so many blobs at most,
 * for the cell as a whole. Several mailrooms may do it at once; none takes what another has in hand.
 */
import type { Log } from '@bulkhead/base/log.ts'
import type { PackStore } from '../ports/pack-store.ts'

export const sweepEveryMs = 600_000
/** Questions of one turn. */
const asksPerTurn = 20

/** Gives how many went. Rejects with the stores' faults; what went until then is gone. */
export const sweepTurn = async (store: Pick<PackStore, 'sweepBlobs'>, stopped: () => boolean = () => false): Promise<number> => {
  let swept = 0
  for (let asks = 0; asks < asksPerTurn && !stopped(); asks += 1) {
    const went = await store.sweepBlobs()
    swept += went
    if (went === 0) break
  }
  return swept
}

/** Until it is disposed of, which waits for the turn under way. */
export const sweepingBlobs = (store: Pick<PackStore, 'sweepBlobs'>, log: Log): AsyncDisposable => {
  let stopped = false
  let turn: Promise<void> | undefined
  const begin = (): void => {
    turn ??= sweepTurn(store, () => stopped)
      .then(
        (swept) => void (swept > 0 && log.info('blobsSwept', { swept })),
        (fault: unknown) => log.error('blobsNotSwept', fault),
      )
      .finally(() => {
        turn = undefined
      })
  }
  const timer = setInterval(begin, sweepEveryMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      clearInterval(timer)
      await turn
    },
  }
}
