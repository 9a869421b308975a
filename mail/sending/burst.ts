/**
 * When a rise is sudden: five minutes that go beyond ten times what the account does usually, and mostly to people it never wrote to.
 * A person who writes to everybody they know once a year is no burst, and neither is a shop that does so every day.
 */
import type { Pace } from '../ports/sending.ts'

const riseMin = 10
/** Recipients in five minutes that anybody may have, also from a network they never sent from. */
const floor = 100
const floorOfNewPeer = 50

export const isBurst = ({ recipients, strangers, usualRecipients, newPeer }: Pace): boolean =>
  recipients > Math.max(newPeer ? floorOfNewPeer : floor, usualRecipients * riseMin) && strangers * 2 > recipients
