import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import type { DnsList } from '@bulkhead/door/contracts/start.ts'
import { ipAddress } from '@bulkhead/wire/mailauth/ip-address.ts'
import { zoneDns, type Zone } from '../../testing/zone.ts'
import { dnsLists, illForMs, wellForMs } from './dns-lists.ts'

const listOf = (zone: string, more: Partial<DnsList> = {}): DnsList => ({ zone, kind: 'block', weight: 1, answers: ['127.0.0.0/8'], ...more })
const peer = ipAddress('192.0.2.7') ?? []

const given = (zone: Zone) => {
  const clock = manualClock(0)
  const dns = zoneDns(zone)
  const alarms: string[] = []
  const lists = dnsLists({ dns, clock, alarm: (name, trouble) => void alarms.push(`${name} ${trouble}`) })
  return { clock, dns, alarms, zonesOf: async (...asked: DnsList[]) => (await lists.listings(peer, asked)).map(({ zone: name }) => name) }
}

test('an address is asked for turned round, IPv6 by nibbles, and answers count that the operator counts', async () => {
  const { zonesOf, dns, alarms } = given({
    '7.2.0.192.bl.example': { A: ['127.0.0.4', '127.0.0.9'] },
    '7.2.0.192.part.example': { A: ['127.0.0.10'] },
    'empty.example': { A: ['192.0.2.1'] },
  })
  assert.deepEqual(await zonesOf(listOf('bl.example'), listOf('part.example', { answers: ['127.0.0.2', '127.0.1.0/24'] }), listOf('empty.example')), ['bl.example'])
  assert.deepEqual(alarms, [])
  assert.ok(dns.asked.includes('A 1.0.0.127.bl.example'))
  const lists = dnsLists({ dns, clock: manualClock(0), alarm: () => undefined })
  await lists.listings(ipAddress('2001:db8::1') ?? [], [listOf('bl.example')])
  assert.ok(dns.asked.includes('A 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example'))
})

test('a list that has 127.0.0.1 has everybody: it is told of and says nothing, until it is well again', async () => {
  const zone: Record<string, Zone[string]> = { '1.0.0.127.bl.example': { A: ['127.0.0.2'] }, '7.2.0.192.bl.example': { A: ['127.0.0.2'] } }
  const { zonesOf, alarms, clock } = given(zone)
  assert.deepEqual(await zonesOf(listOf('bl.example')), [])
  assert.deepEqual(await zonesOf(listOf('bl.example')), [])
  assert.deepEqual(alarms, ['bl.example lists127001'])
  clock.advance(illForMs + 1)
  assert.deepEqual(await zonesOf(listOf('bl.example')), [])
  assert.equal(alarms.length, 2)
})

for (const [answer, trouble] of [['127.255.255.254', 'refusesUs'], ['203.0.113.9', 'noListAnswer']] as const) {
  test(`a list that answers ${answer} is broken, told of once, and not asked to judge again for a while`, async () => {
    const { zonesOf, alarms } = given({ '7.2.0.192.bl.example': { A: [answer] }, '7.2.0.192.good.example': { A: ['127.0.0.2'] } })
    assert.deepEqual(await zonesOf(listOf('bl.example'), listOf('good.example')), ['good.example'])
    assert.deepEqual(await zonesOf(listOf('bl.example')), [])
    assert.deepEqual(alarms, [`bl.example ${trouble}`])
  })
}

test('a list that does not answer is told of and lists nobody', async () => {
  const { zonesOf, alarms, clock } = given({ 'bl.example': 'away' })
  assert.deepEqual(await zonesOf(listOf('bl.example')), [])
  assert.deepEqual(alarms, ['bl.example away'])
  clock.advance(wellForMs + 1)
  await zonesOf(listOf('bl.example'))
  assert.equal(alarms.length, 2)
})
