/** How far an action on a whole mailbox is; shown by the frame, with a button to stop it. */
import { signal } from '@preact/signals'

export interface Progress {
  readonly done: number
  readonly total: number
  readonly stop: () => void
}

export const progress = signal<Progress | undefined>(undefined)

export interface ProgressHold {
  /** False: the person wants no more. */
  readonly report: (done: number, total: number) => boolean
  readonly stopped: () => boolean
  readonly end: () => void
}

/** Nothing is shown for a handful. */
export const beginProgress = (shown: boolean): ProgressHold => {
  let stopped = false
  const stop = (): void => {
    stopped = true
  }
  return {
    report: (done, total) => {
      if (shown) progress.value = { done, total, stop }
      return !stopped
    },
    stopped: () => stopped,
    end: () => {
      if (shown) progress.value = undefined
    },
  }
}
