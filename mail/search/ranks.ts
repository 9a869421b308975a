/** Ranks: how many different keys come before a message's own. Made in turns, since comparing a hundred thousand texts takes long. */
import { placesInOrder } from '../threading/places.ts'
import { inTurns, type Turn } from './turn.ts'

export type Ranks = Uint32Array

export const ranksOf = async <K extends number | string>(keys: ArrayLike<K>, turn: Turn): Promise<Ranks> => {
  const order = await inTurns(placesInOrder(keys), turn)
  const ranks = new Uint32Array(keys.length)
  let rank = 0
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at] ?? 0
    if (at > 0 && keys[place] !== keys[order[at - 1] ?? 0]) rank += 1
    ranks[place] = rank
  }
  return ranks
}
