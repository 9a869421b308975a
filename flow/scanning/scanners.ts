/** The scanners that an operator named, as reception asks them. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { ScannerFact } from '@bulkhead/door/contracts/start.ts'
import type { Scanned } from '../reception/judging/evidence.ts'
import type { Scanner, ScanMail } from '../reception/judging/scanner.ts'
import { atOnce } from './at-once.ts'
import { askClamav } from './clamav.ts'
import { askMilter } from './milter.ts'
import { restingAfterFailures } from './rest.ts'
import { askRspamd } from './rspamd.ts'

/** More wait: a scanner with a hundred messages at hand answers none of them sooner. */
const conversationsMax = 64

type Ask = (mail: ScanMail) => Promise<Scanned | 'later'>

const ways: Readonly<Record<ScannerFact['kind'], (fact: ScannerFact, hostName: string) => Ask>> = {
  clamav: askClamav,
  rspamd: askRspamd,
  milter: (fact, hostName) => askMilter({ ...fact, hostName }),
}

export const scannersOf = (facts: readonly ScannerFact[], hostName: string, clock: Clock): readonly Scanner[] =>
  facts.map((fact) => {
    const ask = ways[fact.kind](fact, hostName)
    const inTurn = atOnce(fact.name, conversationsMax, fact.limitMs)
    const unlessResting = restingAfterFailures(fact.name, clock)
    const { name, stage, whenAway, sizeBytesMax } = fact
    // Where mail is taken unseen meanwhile, messages made to be slow would open a gap for others.
    const scan = whenAway === 'tempfail' ? (mail: ScanMail) => unlessResting(() => inTurn(() => ask(mail))) : (mail: ScanMail) => inTurn(() => ask(mail))
    return { name, stage, whenAway, sizeBytesMax, scan }
  })
