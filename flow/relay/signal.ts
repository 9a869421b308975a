/** What a host's replies to a message say about how much it wants of ours. Pure. */
import type { Outcome } from './outcome.ts'
import type { PaceSignal } from './pace.ts'

const tooManyConnections =
  /too many (?:concurrent |simultaneous )?(?:smtp )?(?:connections|sessions)|connection (?:count|(?:rate )?limit)|concurrent connection/i
const tooFast =
  /rate.?limit|throttl|too (?:many|fast|much)|exceed.*(?:rate|limit)|slow down|temporarily deferred|unusual (?:rate|traffic)|try again later|busy|overload/i
/** What is said of one mailbox, or of a message nobody has seen before, says nothing about the others. */
const aboutOne = /grey.?list|mailbox|quota|over ?quota|recipient/i

const ofTheHost = ({ said }: Outcome): PaceSignal | undefined => {
  if (said.by === null) return undefined
  if (tooManyConnections.test(said.text)) return 'fewer'
  if (said.code === 421) return 'slower'
  return said.code < 500 && tooFast.test(said.text) && !aboutOne.test(said.text) ? 'slower' : undefined
}

/** Undefined: nothing is learned. */
export const signalOf = (outcomes: readonly Outcome[]): PaceSignal | undefined => {
  const complaints = outcomes.filter(({ is }) => is !== 'delivered').map(ofTheHost)
  if (complaints.includes('fewer')) return 'fewer'
  if (complaints.includes('slower')) return 'slower'
  // The host spoke of recipients, so it has room for mail.
  return outcomes.some(({ is, said }) => is === 'delivered' || (is === 'failed' && said.by !== null)) ? 'taken' : undefined
}
