/**
 * DNS block and allow lists of addresses (RFC 5782), asked side by side. A list that is broken (it has 127.0.0.1, refuses
 * us by 127.255.255.x, or answers with what is no list's answer) or silent is told to the operator and says nothing until it
 * is well again: a list is never the reason why mail is lost.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { DnsList } from '@bulkhead/door/contracts/start.ts'
import { addressLabels, ipAddress, sameNetwork } from '@bulkhead/wire/mailauth/ip-address.ts'
import type { Dns } from '../../resolving/dns.ts'
import type { Listing } from './facts.ts'

/** `lists127001`: it would list everybody. `refusesUs`: too many questions, or no account. */
export type ListTrouble = 'lists127001' | 'refusesUs' | 'noListAnswer' | 'away'

export interface ListPorts {
  readonly dns: Dns
  readonly clock: Clock
  alarm(zone: string, trouble: ListTrouble): void
}

export interface DnsLists {
  /** Those that have the address. */
  listings(address: readonly number[], lists: readonly DnsList[]): Promise<readonly Listing[]>
}

/** How long a list's health is believed; one that is ill is looked at sooner. */
export const wellForMs = 3_600_000
export const illForMs = 600_000
const zonesMax = 100

const loopback = [127, 0, 0, 0]
const refusals = [127, 255, 255, 0]
const testEntry = '1.0.0.127'

type Found =
  | { readonly is: 'listed'; readonly answers: readonly string[] }
  | { readonly is: 'notListed' }
  | { readonly is: 'trouble'; readonly trouble: ListTrouble }

const bytesOf = (record: string): readonly number[] => ipAddress(record) ?? []
const within = (record: string, network: string): boolean => {
  const [address = '', bits = '32'] = network.split('/')
  return sameNetwork(bytesOf(record), bytesOf(address), Number(bits))
}

/** RFC 5782 section 2.1: the labels turned round, in front of the zone. */
const askOf = async (dns: Dns, labels: string, zone: string): Promise<Found> => {
  const answer = await dns.query(`${labels}.${zone}`, 'A')
  if (answer.is === 'away') return { is: 'trouble', trouble: 'away' }
  if (answer.is !== 'found') return { is: 'notListed' }
  const { records } = answer
  if (records.some((record) => sameNetwork(bytesOf(record), refusals, 24))) return { is: 'trouble', trouble: 'refusesUs' }
  if (!records.every((record) => sameNetwork(bytesOf(record), loopback, 8))) return { is: 'trouble', trouble: 'noListAnswer' }
  return { is: 'listed', answers: records }
}

interface Health {
  readonly untilMs: number
  readonly well: Promise<boolean>
}

export const dnsLists = ({ dns, clock, alarm }: ListPorts): DnsLists => {
  const healths = new Map<string, Health>()

  const ill = (zone: string, trouble: ListTrouble): false => {
    healths.set(zone, { untilMs: clock.now() + illForMs, well: Promise.resolve(false) })
    alarm(zone, trouble)
    return false
  }

  const examine = async (zone: string): Promise<boolean> => {
    const found = await askOf(dns, testEntry, zone)
    if (found.is === 'trouble') return ill(zone, found.trouble)
    return found.is === 'listed' ? ill(zone, 'lists127001') : true
  }

  const isWell = (zone: string): Promise<boolean> => {
    const known = healths.get(zone)
    if (known !== undefined && known.untilMs > clock.now()) return known.well
    if (healths.size >= zonesMax) healths.clear()
    const well = examine(zone)
    healths.set(zone, { untilMs: clock.now() + wellForMs, well })
    return well
  }

  const listing = async (labels: string, { zone, kind, weight, answers }: DnsList): Promise<readonly Listing[]> => {
    const [well, found] = await Promise.all([isWell(zone), askOf(dns, labels, zone)])
    if (!well || found.is === 'notListed') return []
    if (found.is === 'trouble') {
      if (found.trouble !== 'away') ill(zone, found.trouble)
      return []
    }
    const counted = found.answers.filter((answer) => answers.some((network) => within(answer, network)))
    return counted.length === 0 ? [] : [{ zone, kind, weight, answers: counted }]
  }

  return {
    async listings(address, lists) {
      const labels = addressLabels(address).toReversed().join('.')
      return (await Promise.all(lists.map((list) => listing(labels, list)))).flat()
    },
  }
}
