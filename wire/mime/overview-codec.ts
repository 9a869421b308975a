/** An overview as bytes. Moments are kept in seconds, shifted so that old mail has positive numbers too. */
import { view } from '@bulkhead/base/bytes.ts'
import type { Overview, SortAddress } from './overview.ts'
import { corrupt, sectionReader, sectionWriter, type SectionReader, type SectionWriter } from './section-bytes.ts'

/** Seconds from the year 0 to 1970; Date fields have years of four digits at most. */
const shift = 62_167_219_200
const replyFlag = 1

const writeMoment = (to: SectionWriter, ms: number | null): void => to.number(ms === null ? 0 : Math.max(1, Math.floor(ms / 1000) + shift))
const readMoment = (from: SectionReader): number | null => {
  const value = from.number()
  return value === 0 ? null : (value - shift) * 1000
}

const writeAddress = (to: SectionWriter, { mailbox, display }: SortAddress): void => {
  to.text(mailbox)
  to.text(display)
}
const readAddress = (from: SectionReader): SortAddress => ({ mailbox: from.text(), display: from.text() })

export const encodeOverview = (overview: Overview): Buffer => {
  const to = sectionWriter()
  to.number(overview.isReply ? replyFlag : 0)
  writeMoment(to, overview.sentMs)
  writeMoment(to, overview.sentDayMs)
  to.text(overview.subject)
  to.text(overview.baseSubject)
  for (const address of [overview.from, overview.to, overview.cc]) writeAddress(to, address)
  to.text(overview.messageId)
  to.number(overview.references.length)
  for (const id of overview.references) to.text(id)
  return to.bytes()
}

type Texts = Omit<Overview, 'isReply' | 'sentMs' | 'sentDayMs' | 'subject'>

const readTexts = (from: SectionReader, idsMax: number): Texts => {
  const texts = {
    baseSubject: from.text(),
    from: readAddress(from),
    to: readAddress(from),
    cc: readAddress(from),
    messageId: from.text(),
  }
  const count = from.number()
  if (count > idsMax) throw corrupt()
  return { ...texts, references: Array.from({ length: count }, () => from.text()) }
}

/** Numbers are read at once, the subject and then the other texts when they are asked for: SORT (DATE) needs none. */
class DecodedOverview implements Overview {
  readonly isReply: boolean
  readonly sentMs: number | null
  readonly sentDayMs: number | null
  readonly #from: SectionReader
  readonly #idsMax: number
  #subject: string | undefined
  #texts: Texts | undefined

  constructor(bytes: Uint8Array) {
    this.#from = sectionReader(view(bytes))
    // An id takes a byte at least.
    this.#idsMax = bytes.length
    this.isReply = this.#from.number() === replyFlag
    this.sentMs = readMoment(this.#from)
    this.sentDayMs = readMoment(this.#from)
  }

  get subject(): string {
    return (this.#subject ??= this.#from.text())
  }

  /** The subject comes first. */
  #read(): Texts {
    this.#subject ??= this.#from.text()
    return (this.#texts ??= readTexts(this.#from, this.#idsMax))
  }

  get baseSubject(): string {
    return this.#read().baseSubject
  }

  get from(): SortAddress {
    return this.#read().from
  }

  get to(): SortAddress {
    return this.#read().to
  }

  get cc(): SortAddress {
    return this.#read().cc
  }

  get messageId(): string {
    return this.#read().messageId
  }

  get references(): readonly string[] {
    return this.#read().references
  }
}

/** Throws `Fault('corrupt')`, also when a text is asked for. */
export const decodeOverview = (bytes: Uint8Array): Overview => new DecodedOverview(bytes)
