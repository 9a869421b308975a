/** What threading asks of messages, as numbers in columns: ids and subjects are numbered, so that threads are made without comparing texts. */
import type { Overview } from '@bulkhead/wire/mime/overview.ts'

export type Threadable = Pick<Overview, 'messageId' | 'references' | 'baseSubject' | 'isReply' | 'sentMs'>

export interface ThreadColumns {
  readonly count: number
  /** Ids are 1 to this. */
  readonly idMax: number
  /** Message-ID; 0: it has none. */
  readonly ids: Uint32Array
  /** Where each message's references begin in `references`, and the end. */
  readonly starts: Uint32Array
  readonly references: Uint32Array
  /** Base subject; 0: it is empty. */
  readonly subjects: Uint32Array
  /** 1: the subject says that it is a reply or a forward. */
  readonly isReply: Uint8Array
  /** Sent date, or the date of arrival where there is none (RFC 5256 section 2.2). */
  readonly sentMs: Float64Array
}

/** Ids that are named and belong to no message, of one mailbox; beyond, such ids are passed over. */
const missingMax = 1_000_000

const numbering = () => {
  const known = new Map<string, number>()
  return {
    get count() {
      return known.size
    },
    numberOf(text: string, max = Number.POSITIVE_INFINITY): number {
      if (text === '') return 0
      const number = known.get(text)
      if (number !== undefined || known.size >= max) return number ?? 0
      known.set(text, known.size + 1)
      return known.size
    },
  }
}

export interface ThreadColumnsBuilder {
  /** Undefined: nothing is known of the message any more; it stands alone. */
  add(message: Threadable | undefined, arrivedMs: number): void
  columns(): ThreadColumns
}

/** Messages are given in mailbox order. */
export const threadColumns = (): ThreadColumnsBuilder => {
  const ids = numbering()
  const subjects = numbering()
  const own: number[] = []
  const starts: number[] = [0]
  const references: number[] = []
  const subjectOf: number[] = []
  const isReply: number[] = []
  const sentMs: number[] = []
  return {
    add(message, arrivedMs) {
      own.push(ids.numberOf(message?.messageId ?? ''))
      for (const id of message?.references ?? []) {
        const number = ids.numberOf(id, missingMax + own.length)
        if (number !== 0) references.push(number)
      }
      starts.push(references.length)
      subjectOf.push(subjects.numberOf(message?.baseSubject ?? ''))
      isReply.push(message?.isReply === true ? 1 : 0)
      sentMs.push(message?.sentMs ?? arrivedMs)
    },
    columns: () => ({
      count: own.length,
      idMax: ids.count,
      ids: Uint32Array.from(own),
      starts: Uint32Array.from(starts),
      references: Uint32Array.from(references),
      subjects: Uint32Array.from(subjectOf),
      isReply: Uint8Array.from(isReply),
      sentMs: Float64Array.from(sentMs),
    }),
  }
}

/** The messages at `places` (ascending) alone. */
export const columnsAt = (all: ThreadColumns, places: readonly number[]): ThreadColumns => {
  if (places.length === all.count) return all
  const starts = new Uint32Array(places.length + 1)
  const references: number[] = []
  for (const [at, place] of places.entries()) {
    for (let from = all.starts[place] ?? 0, end = all.starts[place + 1] ?? 0; from < end; from += 1) references.push(all.references[from] ?? 0)
    starts[at + 1] = references.length
  }
  return {
    count: places.length,
    idMax: all.idMax,
    ids: Uint32Array.from(places, (place) => all.ids[place] ?? 0),
    starts,
    references: Uint32Array.from(references),
    subjects: Uint32Array.from(places, (place) => all.subjects[place] ?? 0),
    isReply: Uint8Array.from(places, (place) => all.isReply[place] ?? 0),
    sentMs: Float64Array.from(places, (place) => all.sentMs[place] ?? 0),
  }
}
