/** THREAD (RFC 5256 section 3): the messages a search finds, joined by what their overviews say. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { forestOf, type Forest } from '@bulkhead/mail/threading/forest.ts'
import { refsForest } from '@bulkhead/mail/threading/latest.ts'
import { referenceLinks, type ReferenceLinks } from '@bulkhead/mail/threading/reference-links.ts'
import { orderedSubjectForest, referencesForest, type Subjects } from '@bulkhead/mail/threading/subjects.ts'
import type { ThreadAlgorithm } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Overview } from '@bulkhead/wire/mime/overview.ts'
import type { Ports } from '../operations.ts'
import type { Question } from './asking.ts'
import type { Found } from './result.ts'
import { searched } from './search.ts'
import { takingTurns } from './turn.ts'

export interface ThreadQuestion extends Question {
  readonly algorithm: ThreadAlgorithm
}

export interface Threaded extends Found {
  /** Its places are those of `positions`. */
  readonly forest: Forest
}

interface Gathered {
  readonly links: ReferenceLinks
  readonly subjects: Subjects & { readonly baseSubjects: string[] }
}

const emptyOf = (list: MessageList, positions: readonly number[]): Gathered => ({
  links: referenceLinks(),
  subjects: {
    sentMs: Float64Array.from(positions, (at) => list.internalDates[at] ?? 0),
    baseSubjects: [],
    isReply: new Uint8Array(positions.length),
  },
})

const note = ({ links, subjects }: Gathered, place: number, overview: Overview | undefined, algorithm: ThreadAlgorithm): void => {
  if (algorithm !== 'ORDEREDSUBJECT') links.add(overview)
  if (algorithm === 'REFS') return
  subjects.baseSubjects.push(overview?.baseSubject ?? '')
  const sentMs = overview?.sentMs ?? null
  if (sentMs !== null) subjects.sentMs[place] = sentMs
  if (overview?.isReply === true) subjects.isReply[place] = 1
}

const forestBy = (algorithm: ThreadAlgorithm, { links, subjects }: Gathered): Forest => {
  if (algorithm === 'ORDEREDSUBJECT') return orderedSubjectForest(subjects)
  // What `note` left of the dates for REFS is when messages came.
  return algorithm === 'REFS' ? refsForest(links.links(), subjects.sentMs) : referencesForest(links.links(), subjects)
}

export const threaded = async (ports: Ports, question: ThreadQuestion): Promise<Threaded> => {
  const found = await searched(ports, question)
  const { shown, positions } = found
  const gathered = emptyOf(shown, positions)
  const turn = takingTurns()
  let place = 0
  for await (const batch of ports.account.indexBatches(shown.idsOf?.(positions) ?? positions.map((at) => shown.messageId(at)), ['overview'])) {
    if (ports.gone.aborted) return { ...found, positions: [], forest: forestOf(0, [], []) }
    for (const index of batch) {
      note(gathered, place, index?.overview, question.algorithm)
      place += 1
    }
    await turn()
  }
  return { ...found, forest: forestBy(question.algorithm, gathered) }
}
