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

/** Throws `Fault('corrupt')`. */
export const decodeOverview = (bytes: Uint8Array): Overview => {
  const from = sectionReader(view(bytes))
  const flags = from.number()
  const overview = {
    isReply: flags === replyFlag,
    sentMs: readMoment(from),
    sentDayMs: readMoment(from),
    subject: from.text(),
    baseSubject: from.text(),
    from: readAddress(from),
    to: readAddress(from),
    cc: readAddress(from),
    messageId: from.text(),
  }
  const count = from.number()
  // An id takes a byte at least.
  if (count > bytes.length) throw corrupt()
  return { ...overview, references: Array.from({ length: count }, () => from.text()) }
}
