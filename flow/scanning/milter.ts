/**
 * A milter, as ISPs own them: the whole message is told to it step by step, within what it negotiated. What it says of one
 * recipient counts only where it says so of all; changes of the envelope are not offered to it.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { headerFields } from '@bulkhead/wire/mime/header.ts'
import { bodyChunkMax, command, replyReader, steps, type MilterReply } from '@bulkhead/wire/milter/packets.ts'
import type { MilterChanges } from '@bulkhead/wire/milter/changes.ts'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { scanHeader } from '@bulkhead/wire/trace/header-scan.ts'
import type { Scanned, ScannedStage } from '../reception/judging/evidence.ts'
import type { ScanMail } from '../reception/judging/scanner.ts'
import { malformed, talkTo, type Place, type Talk } from './talk.ts'

export interface MilterPlace extends Place {
  readonly stage: ScannedStage
  /** Our host, which a filter is told as `j`. */
  readonly hostName: string
}

const changesMax = 1_000
const progressMax = 100_000
/** A body that a filter puts in place of another may be larger by so much. */
const bodyGrowthMax = 4

/** The conversation as the filter sees it, one question at a time. */
class Milter {
  readonly #talk: Talk
  readonly #place: MilterPlace
  readonly #reader = replyReader()
  #steps = 0

  constructor(talk: Talk, place: MilterPlace) {
    this.#talk = talk
    this.#place = place
  }

  async next(): Promise<MilterReply> {
    for (let progress = 0; progress <= progressMax; ) {
      const found = this.#reader.next()
      if (found === 'malformed') throw malformed(this.#place)
      if (found === undefined) {
        const chunk = await this.#talk.read()
        if (chunk === undefined) throw new Fault('scannerAway', `${this.#place.name}: hung up`)
        this.#reader.push(chunk)
      } else if (found.is === 'failed') throw new Fault('scannerAway', `${this.#place.name}: says that it can not`)
      else if (found.is === 'progress' || found.is === 'ignored') progress += 1
      else return found
    }
    throw malformed(this.#place)
  }

  async negotiate(): Promise<void> {
    await this.#talk.write(command.negotiate())
    const answer = await this.next()
    if (answer.is !== 'negotiated') throw malformed(this.#place)
    this.#steps = answer.steps
  }

  has(step: number): boolean {
    return (this.#steps & step) !== 0
  }

  tell(packet: Buffer): Promise<void> {
    return this.#talk.write(packet)
  }

  /** `unwanted` and `muted`: the step flags by which a filter leaves it out, or does not answer. */
  async ask(packet: Buffer, unwanted: number, muted: number): Promise<MilterReply> {
    if (this.has(unwanted)) return { is: 'continue' }
    await this.#talk.write(packet)
    return this.has(muted) ? { is: 'continue' } : this.next()
  }
}

type Ended = Scanned | 'later'

const found = ({ name, stage }: MilterPlace, given: Partial<Scanned>): Scanned =>
  ({ scanner: name, stage, result: 'bad', detail: '', score: null, asks: null, reply: null, changes: null, ...given })

/** What a reply means for the whole message; undefined: it goes on. */
const endedBy = (place: MilterPlace, said: MilterReply): Ended | undefined => {
  switch (said.is) {
    case 'accept':
      return found(place, { result: 'clean' })
    case 'reject':
      return found(place, { result: 'worst', asks: 'reject', detail: 'rejected' })
    case 'discard':
      return found(place, { result: 'worst', asks: 'discard', detail: 'discarded' })
    case 'tempfail':
      return 'later'
    case 'reply':
      if (said.code < 500) return 'later'
      return found(place, { result: 'worst', asks: 'reject', detail: 'rejected', reply: reply(said.code, said.enhanced ?? '5.7.1', ...said.lines) })
    case 'continue':
    case 'skip':
      return undefined
    default:
      throw malformed(place)
  }
}

const envelope = async (milter: Milter, place: MilterPlace, mail: ScanMail): Promise<Ended | undefined> => {
  const { peer, peerName, helo, reversePath, forwardPaths, id } = mail
  await milter.tell(command.macros('C', [['j', place.hostName], ['{daemon_name}', 'bulkhead']]))
  const host = peerName ?? (peer === null ? 'localhost' : `[${peer}]`)
  const opened = endedBy(place, await milter.ask(command.connect(host, peer), steps.noConnect, steps.mutesConnect))
  if (opened !== undefined) return opened
  const greeted = endedBy(place, await milter.ask(command.helo(helo), steps.noHelo, steps.mutesHelo))
  if (greeted !== undefined) return greeted
  await milter.tell(command.macros('M', [['i', id], ['{mail_addr}', reversePath]]))
  const sent = endedBy(place, await milter.ask(command.mail(reversePath), steps.noMail, steps.mutesMail))
  if (sent !== undefined) return sent
  const refused: Ended[] = []
  for (const path of forwardPaths) {
    await milter.tell(command.macros('R', [['{rcpt_addr}', path]]))
    const answer = endedBy(place, await milter.ask(command.rcpt(path), steps.noRcpt, steps.mutesRcpt))
    if (answer !== undefined) refused.push(answer)
  }
  const [first] = refused
  if (first !== undefined && refused.length === forwardPaths.length) return first
  return milter.has(steps.noData) ? undefined : endedBy(place, await milter.ask(command.data(), steps.noData, steps.mutesData))
}

const content = async (milter: Milter, place: MilterPlace, { message, id }: ScanMail): Promise<Ended | undefined> => {
  const { header } = scanHeader(message, '')
  const space = milter.has(steps.leadingSpace)
  for (const field of headerFields(header)) {
    const name = header.toString('latin1', field.start, field.valueStart - 1).trimEnd()
    const raw = header.toString('latin1', field.valueStart, field.end).replace(/\r?\n$/, '').replaceAll('\r\n', '\n')
    const value = space ? raw : raw.replace(/^ /, '')
    const ended = endedBy(place, await milter.ask(command.header(name, value), steps.noHeaders, steps.mutesHeader))
    if (ended !== undefined) return ended
  }
  const over = endedBy(place, await milter.ask(command.endOfHeader(), steps.noEndOfHeader, steps.mutesEndOfHeader))
  if (over !== undefined || milter.has(steps.noBody)) return over
  for (let at = header.length; at < message.length; at += bodyChunkMax) {
    const said = await milter.ask(command.body(message.subarray(at, at + bodyChunkMax)), steps.noBody, steps.mutesBody)
    const ended = endedBy(place, said)
    if (ended !== undefined) return ended
    if (said.is === 'skip') break
  }
  await milter.tell(command.macros('E', [['i', id]]))
  return undefined
}

const verdict = async (milter: Milter, place: MilterPlace, message: Buffer): Promise<Ended> => {
  const added: MilterChanges['added'][number][] = []
  const changed: MilterChanges['changed'][number][] = []
  const body: Buffer[] = []
  let bodyBytes = 0
  let quarantine: string | null = null
  await milter.tell(command.endOfBody())
  for (;;) {
    const said = await milter.next()
    if (said.is === 'addHeader') added.push(said)
    else if (said.is === 'changeHeader') changed.push(said)
    else if (said.is === 'quarantine') quarantine = said.reason
    else if (said.is === 'replaceBody') {
      body.push(said.chunk)
      bodyBytes += said.chunk.length
    } else {
      const ended = endedBy(place, said)
      if (ended === 'later' || (ended !== undefined && ended.result !== 'clean')) return ended
      const none = added.length === 0 && changed.length === 0 && body.length === 0
      const changes = none ? null : { added, changed, body: body.length === 0 ? null : Buffer.concat(body) }
      const held: Partial<Scanned> = quarantine === null ? { result: 'clean' } : { asks: 'quarantine', detail: quarantine }
      return found(place, { ...held, changes })
    }
    if (added.length + changed.length > changesMax || bodyBytes > bodyGrowthMax * (message.length + bodyChunkMax)) throw malformed(place)
  }
}

export const askMilter = (place: MilterPlace) => (mail: ScanMail): Promise<Ended> =>
  talkTo(place, async (talk) => {
    const milter = new Milter(talk, place)
    await milter.negotiate()
    const ended = (await envelope(milter, place, mail)) ?? (await content(milter, place, mail)) ?? (await verdict(milter, place, mail.message))
    await milter.tell(command.quit())
    return ended
  })
