/** What a host's replies to a message say about how much it wants of ours. Pure. */
import { bounceClassOf } from '../bounce/classes.ts'
import type { Outcome } from './outcome.ts'
import type { PaceSignal } from './pace.ts'

const ofTheHost = ({ said }: Outcome): PaceSignal | undefined => {
  if (said.by === null) return undefined
  const why = bounceClassOf(said)
  if (why === 'tooManyConnections') return 'fewer'
  // What is said of one mailbox, or to a sender nobody has seen before, says nothing about the others.
  return said.code === 421 || why === 'rateLimited' || (why === 'busy' && said.code < 500) ? 'slower' : undefined
}

/** Undefined: nothing is learned. */
export const signalOf = (outcomes: readonly Outcome[]): PaceSignal | undefined => {
  const complaints = outcomes.filter(({ is }) => is !== 'delivered').map(ofTheHost)
  if (complaints.includes('fewer')) return 'fewer'
  if (complaints.includes('slower')) return 'slower'
  // The host spoke of recipients, so it has room for mail.
  return outcomes.some(({ is, said }) => is === 'delivered' || (is === 'failed' && said.by !== null)) ? 'taken' : undefined
}
