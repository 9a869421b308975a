/** The scout's verbs that fetch for people: bounded by person and all together. A mailroom may ask for images and clicks, an intake pushes. */
import { base64 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { BadAsk, bytesOf, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { ScoutCaller, ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import { answered, refused, type Handlers } from '@bulkhead/door/verbs.ts'
import { askerRates, imageRate, oneClickRate, pushRate } from './asker-rates.ts'
import type { Outside } from './exchange.ts'
import { heldImages, pieceBytesMax } from './held-images.ts'
import { fetchImage, imageBytesMax } from './image.ts'
import { postOneClick } from './one-click.ts'
import { push } from './push.ts'

/** Together they may hold as much as this many of the largest images. */
export const fetchesAtOnceMax = 24
const urlCharsMax = 8_192
const askerCharsMax = 64
/** RFC 8030 section 7.2. */
const pushBytesMax = 4_096
const authorizationCharsMax = 1_024
const ttlSecondsMax = 30 * 86_400

type FetchVerbs = Pick<ScoutVerbs, 'fetchImage' | 'imageRest' | 'postOneClick' | 'push'>

export const fetchHandlers = (outside: Outside, { clock, meter }: { readonly clock: Clock; readonly meter: Meter }): Handlers<FetchVerbs, ScoutCaller> => {
  const images = askerRates(imageRate, clock)
  const clicks = askerRates(oneClickRate, clock)
  const pushes = askerRates(pushRate, clock)
  const held = heldImages(clock)
  let running = 0
  const within = async <A>(work: () => Promise<A>): Promise<A | undefined> => {
    if (running >= fetchesAtOnceMax) return undefined
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
    }
  }
  const only = (may: ScoutCaller, caller: ScoutCaller, verb: string): void => {
    if (caller !== may) throw new BadAsk(verb)
  }
  return {
    async fetchImage(ask, caller) {
      only('mailroom', caller, 'fetchImage')
      const url = textOf(ask, 'url', urlCharsMax)
      if (!images.take(textOf(ask, 'asker', askerCharsMax))) return refused('overBudget')
      const found = await within(() => fetchImage(url, outside))
      meter.count('scout_images_total', 1, { result: found === undefined ? 'overBudget' : found.is === 'image' ? 'image' : found.refusal })
      if (found === undefined) return refused('overBudget')
      if (found.is === 'refused') return refused(found.refusal)
      const { type, body } = found
      const rest = body.length > pieceBytesMax ? held.hold(body) : null
      return answered({ type, sizeBytes: body.length, body: base64(body.subarray(0, pieceBytesMax)), rest })
    },
    imageRest(ask, caller) {
      only('mailroom', caller, 'imageRest')
      const piece = held.piece(textOf(ask, 'rest', askerCharsMax), wholeOf(ask, 'offset', 0, imageBytesMax))
      return piece === undefined ? refused('gone') : answered({ body: base64(piece) })
    },
    async postOneClick(ask, caller) {
      only('mailroom', caller, 'postOneClick')
      const url = textOf(ask, 'url', urlCharsMax)
      if (!clicks.take(textOf(ask, 'asker', askerCharsMax))) return refused('overBudget')
      const posted = await within(() => postOneClick(url, outside))
      meter.count('scout_one_clicks_total', 1, { result: posted === undefined ? 'overBudget' : posted.is === 'posted' ? 'posted' : posted.refusal })
      if (posted === undefined) return refused('overBudget')
      return posted.is === 'refused' ? refused(posted.refusal) : answered({ status: posted.status })
    },
    async push(ask, caller) {
      only('intake', caller, 'push')
      const message = {
        url: textOf(ask, 'url', urlCharsMax),
        body: bytesOf(ask, 'body', pushBytesMax),
        encoding: oneOf(ask, 'encoding', ['aes128gcm', '']),
        authorization: textOf(ask, 'authorization', authorizationCharsMax),
        ttlSeconds: wholeOf(ask, 'ttlSeconds', 0, ttlSecondsMax),
      }
      if (!pushes.take(textOf(ask, 'asker', askerCharsMax))) return refused('overBudget')
      const pushed = await within(() => push(message, outside))
      meter.count('scout_pushes_total', 1, { result: pushed === undefined ? 'overBudget' : pushed.is === 'pushed' ? 'pushed' : pushed.refusal })
      if (pushed === undefined) return refused('overBudget')
      return pushed.is === 'refused' ? refused(pushed.refusal) : answered({ status: pushed.status })
    },
  }
}
