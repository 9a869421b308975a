/** Who connects, judged: what DNS says of the peer, gathered once per address and within a time, and what follows from it. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { DnsList, ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import { ipAddress, sameNetwork } from '@bulkhead/wire/mailauth/ip-address.ts'
import { helloFlaw } from '@bulkhead/wire/smtp/hello-flaw.ts'
import { reply, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Dns } from '../../resolving/dns.ts'
import { expiring } from '../expiring.ts'
import type { Client } from '../session.ts'
import { dnsLists, type ListPorts } from './dns-lists.ts'
import { nothingKnown, type Listing, type PeerFacts, type ReverseName } from './facts.ts'
import { reverseNameOf } from './reverse-name.ts'

export interface PeerPorts {
  readonly dns: Dns
  readonly clock: Clock
  readonly hostName: string
  policy(): ReceptionPolicy
  readonly alarm: ListPorts['alarm']
}

export interface Peers {
  /** Never rejects, and never takes longer than the policy's time. */
  facts(client: Pick<Client, 'address' | 'helo'>): Promise<PeerFacts>
  /** Whether a refusal may follow from facts, so that recipients wait for them. */
  mayRefuse(): boolean
  refusal(facts: PeerFacts): Reply | undefined
}

const rememberedMs = 300_000
/** A reply is a line, and a line has its length. */
const zonesShownMax = 3
/** Where DNS was away: long enough that a sender of many messages does not wait for each. */
const awayForMs = 30_000
const rememberedMax = 20_000

/** RFC 1918, 3927, 4193, 4291, 6598: nobody lists or names them in public. */
const privateNetworks = [
  ['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16],
  ['100.64.0.0', 10], ['::1', 128], ['fc00::', 7], ['fe80::', 10],
].map(([network, bits]) => ({ network: ipAddress(String(network)) ?? [], bits: Number(bits) }))

export const isPrivate = (address: readonly number[]): boolean =>
  privateNetworks.some(({ network, bits }) => sameNetwork(address, network, bits))

const inTime = async <T>(work: Promise<T>, ms: number, otherwise: T): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms)
    timer.unref()
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

interface Gathered {
  readonly reverseName: ReverseName
  readonly listings: readonly Listing[]
}

const away: ReverseName = { is: 'away' }

const scoreOf = (listings: readonly Listing[]): Pick<PeerFacts, 'score' | 'knownGood'> => {
  const knownGood = listings.some(({ kind }) => kind === 'allow')
  const score = listings.reduce((sum, { kind, weight }) => (kind === 'block' ? sum + weight : sum), 0)
  return { score: knownGood ? 0 : score, knownGood }
}

/** RFC 3463, RFC 7372 section 3.3 (X.7.25). */
export const peerRefusal = (facts: PeerFacts, policy: ReceptionPolicy): Reply | undefined => {
  if (facts.knownGood) return undefined
  const { helpUrl } = policy
  if (facts.score >= policy.refuseAt) {
    const zones = facts.listings.filter(({ kind }) => kind === 'block').slice(0, zonesShownMax).map(({ zone }) => zone).join(', ')
    return withPage(reply(550, '5.7.1', `Your address is listed at ${zones}`), helpUrl)
  }
  const { is } = facts.reverseName
  if (policy.reverseName !== 'note' && is === 'none') return withPage(reply(550, '5.7.25', 'Your address has no name in DNS'), helpUrl)
  if (policy.reverseName === 'requireConfirmed' && is === 'unconfirmed') {
    return withPage(reply(550, '5.7.25', 'The name of your address in DNS does not lead back to it'), helpUrl)
  }
  return undefined
}

export const peers = ({ dns, clock, hostName, policy, alarm }: PeerPorts): Peers => {
  const lists = dnsLists({ dns, clock, alarm })
  const memory = (of: readonly DnsList[]) =>
    ({ of, known: expiring<Gathered>(clock, rememberedMs, rememberedMax), lately: expiring<Gathered>(clock, awayForMs, rememberedMax) })
  let remembered = memory([])


  const gather = async (address: readonly number[]): Promise<Gathered> => {
    const { dnsTimeoutMs, lists: asked } = policy()
    const [reverseName, listings] = await Promise.all([
      inTime(reverseNameOf(dns, address), dnsTimeoutMs, away),
      // Each for itself: a slow list takes nothing from what the others say.
      Promise.all(asked.map((list) => inTime(lists.listings(address, [list]), dnsTimeoutMs, []))),
    ])
    return { reverseName, listings: listings.flat() }
  }

  return {
    async facts({ address, helo }) {
      if (address === null) return nothingKnown
      const hello = helloFlaw(helo, hostName, address)
      const bytes = ipAddress(address)
      if (bytes === undefined || isPrivate(bytes)) return { ...nothingKnown, hello }
      if (remembered.of !== policy().lists) remembered = memory(policy().lists)
      const { known, lately } = remembered
      const gathered = await known.get(address, () => lately.get(address, () => gather(bytes), () => true), ({ reverseName }) => reverseName.is !== 'away')
      return { ...gathered, ...scoreOf(gathered.listings), hello }
    },
    mayRefuse: () => policy().lists.length > 0 || policy().reverseName !== 'note',
    refusal: (facts) => peerRefusal(facts, policy()),
  }
}
