/** `reception:` of a cell: how it judges who connects to port 25. */
import type { DnsList, RateLimits, ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import { times } from './measures.ts'
import type { MapReader, Place, Reader } from './reader.ts'

const unlimited: RateLimits = { connections: 0, messages: 0, recipients: 0 }

/** Hurts nobody who means well: nothing is asked of a list, nobody waits, nobody is greylisted. */
export const defaultReception: ReceptionPolicy = {
  helpUrl: null,
  greetDelayMs: 0,
  hello: 'note',
  reverseName: 'note',
  lists: [],
  refuseAt: 1,
  dnsTimeoutMs: 5_000,
  greylist: { brands: 'none', waitMs: 300_000, retryMs: 86_400_000, passMs: 3_024_000_000, trustSpf: false },
  rates: { address: unlimited, network: unlimited, senderDomain: { messages: 0, recipients: 0 } },
  unknownPerHour: 500,
}

const keys = ['helpUrl', 'greetDelay', 'hello', 'reverseName', 'lists', 'refuseAt', 'dnsTimeout', 'greylist', 'rates', 'unknownPerHour']
const zonePattern = /^(?=.{3,200}$)(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/i
const answerPattern = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\/\d{1,2})?$/
const brandPattern = /^[a-z][a-z0-9-]{0,30}$/
const rateMax = 10_000_000
const weightMax = 1_000
const listsMax = 20
const greetDelayMaxMs = 60_000
const dnsTimeoutMaxMs = 30_000

const readList = (place: Place, reader: Reader): DnsList => {
  const map = reader.mapAt(place, ['zone', 'kind', 'weight', 'answers'])
  const answers = map.list('answers', (item) => reader.textAt(item, answerPattern, 'an address or network such as 127.0.0.2 or 127.0.0.0/24'))
  return {
    zone: map.text('zone', { pattern: zonePattern, must: 'the zone of a DNS list such as bl.example.org' }).toLowerCase(),
    kind: map.choice('kind', 'block', ['block', 'allow']),
    weight: map.whole('weight', { otherwise: 1, min: 1, max: weightMax }),
    answers: answers.length === 0 ? ['127.0.0.0/8'] : answers,
  }
}

const readRate = (map: MapReader, key: string): RateLimits =>
  map.map(key, ['connections', 'messages', 'recipients'], (rate) => ({
    connections: rate.whole('connections', { otherwise: 0, min: 0, max: rateMax }),
    messages: rate.whole('messages', { otherwise: 0, min: 0, max: rateMax }),
    recipients: rate.whole('recipients', { otherwise: 0, min: 0, max: rateMax }),
  })) ?? unlimited

const readSenderRate = (map: MapReader): ReceptionPolicy['rates']['senderDomain'] =>
  map.map('senderDomain', ['messages', 'recipients'], (rate) => ({
    messages: rate.whole('messages', { otherwise: 0, min: 0, max: rateMax }),
    recipients: rate.whole('recipients', { otherwise: 0, min: 0, max: rateMax }),
  })) ?? defaultReception.rates.senderDomain

const readGreylist = (map: MapReader, reader: Reader): ReceptionPolicy['greylist'] =>
  map.map('greylist', ['enabled', 'brands', 'wait', 'retry', 'pass', 'trustSpf'], (greylist) => {
    const { waitMs, retryMs, passMs } = defaultReception.greylist
    const brands = greylist.list('brands', (item) => reader.textAt(item, brandPattern, 'the id of a brand'))
    const enabled = greylist.flag('enabled', true)
    return {
      brands: !enabled ? ('none' as const) : brands.length === 0 ? ('all' as const) : brands,
      waitMs: greylist.measure('wait', waitMs, times, '5m', ['1s', '6h']),
      retryMs: greylist.measure('retry', retryMs, times, '1d', ['12h', '30d']),
      passMs: greylist.measure('pass', passMs, times, '35d', ['1h', '1000d']),
      trustSpf: greylist.flag('trustSpf', false),
    }
  }) ?? defaultReception.greylist

const atMost = (map: MapReader, key: string, value: number, max: number, said: string): number => {
  if (value <= max) return value
  map.mistake(key, `reception.${key} must be ${said} at most`)
  return max
}

export const readReception = (cell: MapReader, reader: Reader): ReceptionPolicy =>
  cell.map('reception', keys, (map) => {
    const helpUrl = map.text('helpUrl', { otherwise: '', pattern: /^https?:\/\/[!-~]{1,200}$/, must: 'a URL such as https://isp.example/postmaster' })
    const lists = map.list('lists', (place) => readList(place, reader))
    if (lists.length > listsMax) map.mistake('lists', `reception.lists has ${lists.length} lists; ${listsMax} are the most that are asked`)
    return {
      helpUrl: helpUrl === '' ? null : helpUrl,
      greetDelayMs: atMost(map, 'greetDelay', map.measure('greetDelay', defaultReception.greetDelayMs, times, '5s'), greetDelayMaxMs, '60s'),
      hello: map.choice('hello', defaultReception.hello, ['note', 'refuse']),
      reverseName: map.choice('reverseName', defaultReception.reverseName, ['note', 'require', 'requireConfirmed']),
      lists,
      refuseAt: map.whole('refuseAt', { otherwise: defaultReception.refuseAt, min: 1, max: weightMax * listsMax }),
      dnsTimeoutMs: atMost(map, 'dnsTimeout', map.measure('dnsTimeout', defaultReception.dnsTimeoutMs, times, '5s'), dnsTimeoutMaxMs, '30s'),
      greylist: readGreylist(map, reader),
      rates: map.map('rates', ['address', 'network', 'senderDomain'], (rates) => ({
        address: readRate(rates, 'address'), network: readRate(rates, 'network'), senderDomain: readSenderRate(rates),
      })) ?? defaultReception.rates,
      unknownPerHour: map.whole('unknownPerHour', { otherwise: defaultReception.unknownPerHour, min: 0, max: rateMax }),
    }
  }) ?? defaultReception
