/**
 * What a client says before it has logged in, one command after the other: none is run while a password is being looked at, nothing is read that
 * there is no use for, and who has said its last word and has all answers is let go.
 */
import type { Connection } from './connection.ts'
import type { Surroundings } from './surroundings.ts'

export interface PreloginInput {
  /** Somebody is asked who the client is. */
  readonly isHeld: boolean
  hold(): void
  release(): void
  /** Runs everything that can be run now. */
  go(): void
  /** The client says nothing more. */
  ended(): void
}

/** `next` runs one command of those that came; false when more has to come first. */
export const preloginInput = (connection: Connection, { policy }: Pick<Surroundings, 'policy'>, next: () => boolean): PreloginInput => {
  let isHeld = false
  let hasEnded = false
  const go = (): void => {
    while (!isHeld && !connection.closing) {
      if (connection.unreadBytes > policy.outputBytesMax) return connection.pause()
      if (next()) continue
      if (hasEnded) connection.close()
      else connection.resume()
      return
    }
    if (isHeld) connection.pause()
  }
  return {
    get isHeld() {
      return isHeld
    },
    hold() {
      isHeld = true
    },
    release() {
      isHeld = false
    },
    go,
    ended() {
      hasEnded = true
      go()
    },
  }
}
