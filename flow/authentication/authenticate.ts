/**
 * Who a message that arrives really comes from: SPF, DKIM, DMARC and ARC (`wire/mailauth/`), with DNS asked by the way.
 * SPF is asked while the content still comes in; keys of all signatures are asked for at once.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { arcValidation, type ArcStep } from '@bulkhead/wire/mailauth/arc-verify.ts'
import { arcResult, dkimResults, dmarcResult, resultsField, spfResult } from '@bulkhead/wire/mailauth/authentication-results.ts'
import { authorDomain } from '@bulkhead/wire/mailauth/author-domain.ts'
import { keyRing } from '@bulkhead/wire/mailauth/dkim-key.ts'
import { bodyWays, dkimCandidates, type KeyAnswer } from '@bulkhead/wire/mailauth/dkim-verify.ts'
import { checkDmarc } from '@bulkhead/wire/mailauth/dmarc-check.ts'
import type { ArcOutcome, DkimOutcome, DmarcOutcome, SpfOutcome } from '@bulkhead/wire/mailauth/results.ts'
import { signedMessage, type SignedMessage } from '@bulkhead/wire/mailauth/signed-message.ts'
import { checkSpf } from '@bulkhead/wire/mailauth/spf-check.ts'
import type { Dns } from '../resolving/dns.ts'
import { answered, questionsWithin, type Questions } from './running.ts'

export interface AuthenticationInput {
  /** IP address of the client; null where there is none: SPF is `none` then. */
  readonly peer: string | null
  readonly helo: string
  /** Empty for reports of failure: HELO is checked instead (RFC 7208 section 2.4). */
  readonly reversePath: string
  /** Our host's name: the `authserv-id` (RFC 8601 section 2.5). */
  readonly by: string
}

export interface Authentication {
  readonly spf: SpfOutcome
  /** Empty where the message is not signed. */
  readonly dkim: readonly DkimOutcome[]
  readonly dmarc: DmarcOutcome
  readonly arc: ArcOutcome
  /** Value of an Authentication-Results field (RFC 8601), folded, without name and without the last CRLF. */
  readonly field: string
}

/** Never rejects: where DNS is away or takes too long the answer is `temperror`. */
export interface Authenticating {
  /** `message`: whole, as it came, before any field of ours; lines end with CRLF. */
  end(message: Buffer): Promise<Authentication>
}

export interface Authenticator {
  /** The questions of SPF begin at once. */
  begin(input: AuthenticationInput): Authenticating
}

/** Parsed keys kept: a key is a kilobyte or two. */
export const keysMax = 4_096
/** For SPF from the beginning, and for the rest from the end of the content. */
export const limitMs = 10_000

const keyAnswer = async (questions: Questions, name: string): Promise<KeyAnswer> => {
  const reply = await questions.reply(name, 'TXT')
  if (reply.is === 'away') return 'away'
  return reply.is === 'found' ? reply.records.filter((one) => typeof one === 'string') : 'none'
}

const keyAnswers = async (questions: Questions, names: readonly string[]): Promise<ReadonlyMap<string, KeyAnswer>> =>
  new Map(await Promise.all(names.map(async (name) => [name, await keyAnswer(questions, name)] as const)))

const arcOf = async (first: ArcStep, questions: Questions): Promise<ArcOutcome> => {
  let step = first
  while (!('outcome' in step)) step = step.next(await keyAnswers(questions, step.keyNames))
  return step.outcome
}

/** Larger bodies are hashed in turns, so that other sessions go on meanwhile: a turn is some milliseconds. */
export const atOnceBytes = 1_048_576
const stepsOfATurn = 16

const hashedInTurns = async (message: SignedMessage): Promise<void> => {
  let steps = 0
  for (const way of bodyWays(message.header)) {
    for (const _ of message.hashed(way)) {
      steps += 1
      if (steps % stepsOfATurn === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

const unreadable = (spf: SpfOutcome, reason: string): Omit<Authentication, 'field'> => ({
  spf, dkim: [], arc: { result: 'fail', hops: [], oldestPass: null, reason },
  dmarc: {
    result: 'permerror', fromDomain: null, policyDomain: null, record: null, organizationalDomain: null, policy: 'none', disposition: 'none',
    spfAligned: false, dkimAligned: false, reason,
  },
})

const fieldOf = (input: AuthenticationInput, { spf, dkim, dmarc, arc }: Omit<Authentication, 'field'>): string =>
  resultsField(input.by, [spfResult(spf, input.reversePath), ...dkimResults(dkim), dmarcResult(dmarc), ...(arc.result === 'none' ? [] : [arcResult(arc)])])

export const authentication = (dns: Dns, clock: Clock): Authenticator => {
  const ring = keyRing(keysMax)

  const dkimOf = async (message: SignedMessage, questions: Questions): Promise<readonly DkimOutcome[]> => {
    const candidates = dkimCandidates(message, ring, clock.now())
    const answers = await keyAnswers(questions, [...new Set(candidates.flatMap(({ keyName }) => keyName ?? []))])
    return candidates.map(({ keyName, verdict }) => verdict(answers.get(keyName ?? '') ?? 'none'))
  }

  const judged = async (bytes: Buffer, spfAsked: Promise<SpfOutcome>, questions: Questions): Promise<Omit<Authentication, 'field'>> => {
    const message = signedMessage(bytes)
    const { header } = message
    if (header.fault === 'too many header fields') return unreadable(await spfAsked, header.fault)
    if (bytes.length > atOnceBytes) await hashedInTurns(message)
    const [spf, dkim, arc] = await Promise.all([spfAsked, dkimOf(message, questions), arcOf(arcValidation(message, ring), questions)])
    return { spf, dkim, arc, dmarc: await answered(checkDmarc(authorDomain(header), spf, dkim), questions) }
  }

  return {
    begin(input) {
      const ofSpf = questionsWithin(dns, limitMs)
      const spf = answered(checkSpf({ ...input, peer: input.peer ?? '', nowMs: clock.now() }), ofSpf).finally(ofSpf.close)
      // A session may end before its message does; whoever asks for the end hears of a bug.
      spf.catch(() => undefined)
      return {
        async end(message) {
          const questions = questionsWithin(dns, limitMs)
          try {
            const found = await judged(message, spf, questions)
            return { ...found, field: fieldOf(input, found) }
          } finally {
            questions.close()
          }
        },
      }
    },
  }
}
