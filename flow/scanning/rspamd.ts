/** Rspamd: one request, one answer; its action becomes a result, its score and symbols what the header says. */
import { checkAnswer, checkRequest, type RspamdAction } from '@bulkhead/wire/rspamd/check.ts'
import type { Scanned, ScanResult } from '../reception/judging/evidence.ts'
import type { ScanMail } from '../reception/judging/scanner.ts'
import { malformed, talkTo, type Place, type Talk } from './talk.ts'

/** Greylisting is the gate's own, before content; what rspamd would put there is let through. */
const resultOf = {
  'no action': 'clean',
  'greylist': 'clean',
  'add header': 'bad',
  'rewrite subject': 'bad',
  'soft reject': 'later',
  'reject': 'worst',
} as const satisfies Readonly<Record<RspamdAction, ScanResult | 'later'>>

const readAnswer = async (talk: Talk, place: Place) => {
  const chunks: Buffer[] = []
  for (let ended = false; ; ) {
    const answer = checkAnswer(Buffer.concat(chunks), ended)
    if (answer === 'malformed') throw malformed(place)
    if (answer !== 'incomplete') return answer
    const chunk = await talk.read()
    if (chunk === undefined) ended = true
    else chunks.push(chunk)
  }
}

export const askRspamd = (place: Place) => async (mail: ScanMail): Promise<Scanned | 'later'> => {
  const { message } = mail
  const { action, score, required, symbols } = await talkTo(place, async (talk) => {
    await talk.write(checkRequest({ ...mail, sizeBytes: message.length }))
    await talk.write(message)
    return readAnswer(talk, place)
  })
  const result = resultOf[action]
  if (result === 'later') return 'later'
  return {
    scanner: place.name, stage: 'spam', result, detail: result === 'clean' ? '' : symbols.join(' '),
    score: { value: score, required }, asks: null, reply: null, changes: null,
  }
}
