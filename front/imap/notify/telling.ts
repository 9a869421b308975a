/** Tells a session what NOTIFY had it listen for: attributes of messages that came, then the other mailboxes. */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import { countOf } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Arrived } from '../moment.ts'
import { fetchPieces } from '../fetch/pieces.ts'
import type { Ports } from '../ports.ts'
import type { Session } from '../session.ts'
import { forgetting } from './deeds.ts'
import { notices, overflowing } from './notices.ts'
import { fetchesOfNew } from './selected.ts'

/** New messages whose attributes are sent at once; more is an overflow (RFC 5465 section 5.8). */
const fetchedMax = 1_000

interface Teller {
  readonly ports: Ports
  readonly limits: MailLimits
  put(piece: string | Buffer): Promise<void>
  /** What is wrong ends nothing: the client knows that messages came, and can ask. Throws where a response was cut short. */
  faulted(error: unknown): unknown
}

const tellFetched = async (teller: Teller, session: Session, arrived: Arrived): Promise<'told' | 'tooMany'> => {
  const jobs = fetchesOfNew(session, arrived)
  if (jobs.reduce((sum, { positions }) => sum + countOf(positions), 0) > fetchedMax) return 'tooMany'
  try {
    for (const job of jobs) for await (const pieces of fetchPieces(teller.ports, job)) for (const piece of pieces) await teller.put(piece)
  } catch (error) {
    teller.faulted(error)
  }
  return 'told'
}

/** The session that knows. */
export const notified = async (teller: Teller, session: Session, arrived: Arrived | null): Promise<Session> => {
  const { notify } = session
  const fetched = arrived === null ? 'told' : await tellFetched(teller, session, arrived)
  if (notify === null) return forgetting(session)
  const { lines, session: after } = fetched === 'tooMany'
    ? overflowing(session, notify)
    : notices(session, teller.ports.account.state(), teller.limits)
  for (const line of lines) await teller.put(line)
  return forgetting(after)
}
