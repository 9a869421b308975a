/**
 * What the gate remembers of whoever connects to port 25, across sessions and bounded: how fast they come, how many they
 * asked for who do not exist, whether their mail was taken before. Nothing of it is kept when the gate ends.
 */
import type { RateLimits, ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import { networkKey, peerKey } from './peer-key.ts'
import { tokenBuckets, type TokenBuckets } from './token-buckets.ts'

export interface PeerBook {
  /** One more connection, message, recipient: whether it is still within the rates. */
  connects(address: string): boolean
  mails(address: string, senderDomain: string): boolean
  asks(address: string, senderDomain: string): boolean
  /** It asked for somebody who does not exist. */
  askedInVain(address: string): void
  /** Of its network within the last hour. */
  unknown(address: string): number
  /** Its network has asked for too many who do not exist. */
  harvests(address: string): boolean
  /** Its mail was taken. */
  delivered(address: string): void
  wellKnown(address: string): boolean
  /** Whether one more event about its network is news: strangers must not fill the ledger. */
  isNews(address: string): boolean
}

export interface PeerBookTerms {
  policy(): ReceptionPolicy
  now(): number
  /** At most once an hour for each network and kind. */
  tell(event: { readonly kind: string; readonly caller: string; readonly outcome: string }): void
}

const minuteMs = 60_000
const hourMs = 3_600_000
const keysMax = 20_000
const eventsPerHour = 200
/** A network whose mail was taken so lately is greeted at once. */
const wellKnownMs = 7 * 24 * hourMs

type Counted = keyof RateLimits

export const peerBook = ({ policy, now, tell }: PeerBookTerms): PeerBook => {
  const buckets = (): TokenBuckets => tokenBuckets(now, keysMax)
  const byAddress = { connections: buckets(), messages: buckets(), recipients: buckets() }
  const byNetwork = { connections: buckets(), messages: buckets(), recipients: buckets() }
  const bySender = { messages: buckets(), recipients: buckets() }
  const inVain = buckets()
  const told = buckets()
  const events = buckets()
  const lastTakenMs = new Map<string, number>()

  const tellOnce = (kind: string, address: string, outcome: string): void => {
    if (told.take(`${kind} ${networkKey(address)}`, 1, hourMs)) tell({ kind, caller: address, outcome })
  }
  const isWithin = (bucket: TokenBuckets, keyOf: (address: string) => string, address: string, limit: number): boolean =>
    limit === 0 || bucket.take(keyOf(address), limit, minuteMs)
  const counts = (what: Counted, address: string): boolean => {
    const { rates } = policy()
    const isFine = isWithin(byAddress[what], peerKey, address, rates.address[what]) && isWithin(byNetwork[what], networkKey, address, rates.network[what])
    if (!isFine) tellOnce('gate.tooFast', address, what)
    return isFine
  }
  const countsSender = (what: 'messages' | 'recipients', address: string, domain: string): boolean => {
    const isFine = domain === '' || isWithin(bySender[what], (name) => name.toLowerCase(), domain, policy().rates.senderDomain[what])
    if (!isFine) tellOnce('gate.senderTooFast', address, what)
    return isFine
  }
  const unknown = (address: string): number => inVain.taken(networkKey(address), policy().unknownPerHour, hourMs)

  return {
    connects: (address) => counts('connections', address),
    mails: (address, domain) => counts('messages', address) && countsSender('messages', address, domain),
    asks: (address, domain) => counts('recipients', address) && countsSender('recipients', address, domain),
    askedInVain(address) {
      const { unknownPerHour } = policy()
      if (unknownPerHour === 0) return
      inVain.take(networkKey(address), unknownPerHour, hourMs)
      if (unknown(address) + 1 > unknownPerHour) tellOnce('gate.harvest', address, 'unknownRecipients')
    },
    unknown,
    harvests(address) {
      const { unknownPerHour } = policy()
      return unknownPerHour > 0 && unknown(address) + 1 > unknownPerHour
    },
    delivered(address) {
      const key = networkKey(address)
      lastTakenMs.delete(key)
      lastTakenMs.set(key, now())
      if (lastTakenMs.size > keysMax) lastTakenMs.delete(lastTakenMs.keys().next().value ?? '')
    },
    isNews: (address) => events.take(networkKey(address), eventsPerHour, hourMs),
    wellKnown: (address) => now() - (lastTakenMs.get(networkKey(address)) ?? -Infinity) < wellKnownMs,
  }
}
