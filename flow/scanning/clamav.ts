/** ClamAV: the message goes to clamd as it came; its answer is a name or nothing. */
import { Fault } from '@bulkhead/base/fault.ts'
import { chunkHead, clamAnswer, instreamBegin, instreamEnd } from '@bulkhead/wire/clamav/instream.ts'
import type { Scanned } from '../reception/judging/evidence.ts'
import type { ScanMail } from '../reception/judging/scanner.ts'
import { malformed, talkTo, type Place, type Talk } from './talk.ts'

/** Beneath clamd's default StreamMaxLength by far; large enough that heads cost nothing. */
const chunkBytes = 262_144

const sendStream = async (talk: Talk, message: Buffer): Promise<void> => {
  await talk.write(instreamBegin)
  for (let at = 0; at < message.length; at += chunkBytes) {
    const chunk = message.subarray(at, at + chunkBytes)
    await talk.write(chunkHead(chunk.length))
    await talk.write(chunk)
  }
  await talk.write(instreamEnd)
}

const readAnswer = async (talk: Talk, place: Place) => {
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    const answer = clamAnswer(bytes)
    if (answer === 'malformed') throw malformed(place)
    if (answer !== 'incomplete') return answer
    const chunk = await talk.read()
    if (chunk === undefined) throw malformed(place)
    bytes = Buffer.concat([bytes, chunk])
  }
}

export const askClamav = (place: Place) => async ({ message }: ScanMail): Promise<Scanned> => {
  const answer = await talkTo(place, async (talk) => {
    await sendStream(talk, message)
    return readAnswer(talk, place)
  })
  if (answer.is === 'failed') throw new Fault('scannerAway', `${place.name}: ${answer.why}`)
  const found = answer.is === 'found' ? answer.name : null
  return {
    scanner: place.name, stage: 'virus', result: found === null ? 'clean' : 'bad', detail: found ?? '',
    score: null, asks: null, reply: null, changes: null,
  }
}
