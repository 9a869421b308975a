/** How a courier under test reaches others: DNS from a table, short patience, nobody told. */
import { systemClock } from '@bulkhead/base/clock.ts'
import { noTlsResults } from '@bulkhead/mail/ports/tls-results.ts'
import { families } from '../relay/dial.ts'
import { patience } from '../relay/limits.ts'
import type { Reaching } from '../relay/reach.ts'
import { noSts } from '../relay/sts/lookup.ts'
import { trustWith } from '../relay/trust.ts'
import { zoneDns } from './zone.ts'

export const testReaching = (given: Partial<Reaching> = {}): Reaching => ({
  dns: zoneDns({}),
  hostName: 'mx1.hikari.example',
  intake: '/nowhere',
  localOnly: false,
  patience: { ...patience, goodbyeMs: 500 },
  random: () => 0.5,
  clock: systemClock,
  smtpPort: 25,
  families: families(),
  sts: noSts,
  results: noTlsResults,
  trust: trustWith(null),
  ...given,
})
