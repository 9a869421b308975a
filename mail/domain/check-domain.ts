/** Everything that DNS should say of a domain of this cell, in the order in which it matters. */
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import type { Check, DomainFacts } from './check.ts'
import { bimi } from './checks/bimi.ts'
import { clients } from './checks/clients.ts'
import { dkim } from './checks/dkim.ts'
import { dmarc } from './checks/dmarc.ts'
import { host } from './checks/host.ts'
import { mtaSts } from './checks/mta-sts.ts'
import { mx } from './checks/mx.ts'
import { spf } from './checks/spf.ts'
import { tlsRpt } from './checks/tls-rpt.ts'
import { tlsa } from './checks/tlsa.ts'
import type { Outside } from './outside.ts'

const checksOf = (facts: DomainFacts): readonly Check[] =>
  [mx, host, spf, dkim, dmarc, mtaSts, tlsRpt, tlsa, clients, bimi].flatMap((of) => of(facts))

export const wantedOf = (facts: DomainFacts): readonly DomainLine[] => checksOf(facts).map(({ unasked }) => unasked)

export const checkDomain = (facts: DomainFacts, outside: Outside): Promise<readonly DomainLine[]> =>
  Promise.all(checksOf(facts).map((check) => check.ask(outside)))

/** Mail does not work as it is. */
export const isTrouble = ({ need, state }: DomainLine): boolean => need === 'necessary' && state !== 'good'
