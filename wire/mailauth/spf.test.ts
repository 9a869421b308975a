import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import type { Asking, AskedType, DnsReply } from './dns-question.ts'
import { ipAddress } from './ip-address.ts'
import type { SpfOutcome } from './results.ts'
import { checkSpf, type SpfInput } from './spf-check.ts'
import { readSpfRecord } from './spf-record.ts'

type Value = string | readonly (string | number)[] | boolean
type Entry = 'TIMEOUT' | Readonly<Record<string, Value>>
interface Suite {
  readonly description: string
  readonly tests: Readonly<Record<string, { readonly helo: string; readonly host: string; readonly mailfrom: string; readonly result: string | readonly string[]; readonly explanation?: string }>>
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>
}

const suites: readonly Suite[] = parseAllDocuments(readFileSync(new URL('../../test/vectors/rfc7208-tests.yml', import.meta.url), 'utf8')).map((document) => document.toJS())

const recordOf = (type: AskedType, value: Value): unknown => {
  if (type === 'MX' && Array.isArray(value)) return { preference: value[0], host: value[1] }
  return Array.isArray(value) ? value.join('') : value
}

/** The suite's rule: a name with records of type SPF and none of type TXT has those as TXT. */
const replyFrom = (zone: Suite['zonedata']) => {
  const names = new Map(Object.entries(zone).map(([name, entries]) => [name.toLowerCase(), entries]))
  return (name: string, type: AskedType, aliases = 0): DnsReply<unknown> => {
    const entries = names.get(name)
    if (entries === undefined) return { is: 'noSuchName' }
    const records = entries.filter((entry) => typeof entry !== 'string')
    const spf = type === 'TXT' && !records.some((entry) => 'TXT' in entry) ? 'SPF' : type
    const found = records.filter((entry) => spf in entry && entry[spf] !== 'NONE').map((entry) => recordOf(type, entry[spf] ?? ''))
    if (found.length > 0) return { is: 'found', records: found }
    const alias = records.find((entry) => 'CNAME' in entry)?.['CNAME']
    if (typeof alias === 'string' && aliases < 8) return replyOf(alias.toLowerCase(), type, aliases + 1)
    const timesOut = entries.some((entry) => entry === 'TIMEOUT' || 'TIMEOUT' in entry)
    return timesOut ? { is: 'away' } : { is: 'none' }
  }
  function replyOf(name: string, type: AskedType, aliases: number): DnsReply<unknown> {
    return replyFrom(zone)(name, type, aliases)
  }
}

const run = (asking: Asking<SpfOutcome>, reply: (name: string, type: AskedType) => DnsReply<unknown>): { readonly outcome: SpfOutcome; readonly questions: number } => {
  let questions = 0
  let step = asking.next()
  while (step.done !== true) {
    questions += 1
    step = asking.next(reply(step.value.name, step.value.type))
  }
  return { outcome: step.value, questions }
}

const input = (peer: string, helo: string, reversePath: string): SpfInput => ({ peer, helo, reversePath, by: 'mx.hikari.example', nowMs: 0 })

for (const { description, tests, zonedata } of suites) {
  for (const [name, vector] of Object.entries(tests)) {
    test(`RFC 7208 suite: ${description}: ${name}`, () => {
      const { outcome } = run(checkSpf(input(vector.host, vector.helo, vector.mailfrom ?? '')), replyFrom(zonedata))
      const wanted = Array.isArray(vector.result) ? vector.result : [vector.result]
      assert.ok(wanted.includes(outcome.result), `${outcome.result} (${outcome.reason}), not ${wanted.join(' or ')}`)
      if (vector.explanation !== undefined) assert.equal(outcome.explanation ?? 'DEFAULT', vector.explanation)
    })
  }
}

const published = (records: Readonly<Record<string, string>>) => (name: string, type: AskedType): DnsReply<unknown> => {
  const text = type === 'TXT' ? records[name] : undefined
  return text === undefined ? { is: 'noSuchName' } : { is: 'found', records: [text] }
}
const resultOf = (records: Readonly<Record<string, string>>, from = 'a@x.example', peer = '192.0.2.1'): string =>
  run(checkSpf(input(peer, 'mail.x.example', from)), published(records)).outcome.result

test('an IPv4-mapped address of the client is an IPv4 address', () => {
  assert.equal(resultOf({ 'x.example': 'v=spf1 ip4:192.0.2.0/24 -all' }, 'a@x.example', '::ffff:192.0.2.9'), 'pass')
})

test('a domain in Unicode is asked for by its A-labels, and its local part in Unicode matches nothing (RFC 8616)', () => {
  assert.equal(resultOf({ 'xn--wgv71a119e.example': 'v=spf1 ip4:192.0.2.1 -all' }, 'a@日本語.example'), 'pass')
  assert.equal(resultOf({ 'x.example': 'v=spf1 exists:%{l}.x.example -all' }, '佐藤@x.example'), 'fail')
})

test('records that include one another end, within the limit of lookups', () => {
  const loop = { 'x.example': 'v=spf1 include:y.example -all', 'y.example': 'v=spf1 include:x.example -all' }
  const { outcome, questions } = run(checkSpf(input('192.0.2.1', 'h.example', 'a@x.example')), published(loop))
  assert.deepEqual([outcome.result, outcome.reason, questions], ['permerror', 'too many lookups', 11])
})

test('without a sender HELO is checked', () => {
  const { outcome } = run(checkSpf(input('192.0.2.1', 'mail.x.example', '')), published({ 'mail.x.example': 'v=spf1 ?all' }))
  assert.deepEqual([outcome.result, outcome.identity, outcome.domain, outcome.mechanism], ['neutral', 'helo', 'mail.x.example', '?all'])
})

const term = fc.constantFrom('all', '-all', 'a', 'mx', 'ptr', 'include:', 'x.example', 'exists:', '%{', 'l}', '%{i}', '%{p}', '%{d2r.-}', '/24', '//64', 'ip4:', '192.0.2.0', 'ip6:', '::', 'redirect=', 'exp=', ' ', '%', '%%', '\xff', ':', '=', '?', '%{S999}')

test('no record and no sender makes it throw, ask without end or be slow', () => {
  fc.assert(
    fc.property(fc.array(term, { maxLength: 25 }), fc.string({ maxLength: 20 }), fc.constantFrom<DnsReply<unknown>>({ is: 'none' }, { is: 'away' }), (parts, from, other) => {
      const record = `v=spf1 ${parts.join('')}`
      const { questions } = run(checkSpf(input('2001:db8::1', 'h.example', `${from}@x.example`)), (name, type) =>
        type === 'TXT' && name.endsWith('x.example') ? { is: 'found', records: [record] } : other)
      assert.ok(questions < 60, record)
    }),
    { numRuns: 2_000 },
  )
  assert.equal(readSpfRecord(`v=spf1 ${'a '.repeat(10_000)}`), undefined)
})

test('IP addresses in all their forms', () => {
  for (const text of ['1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4.5', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9', '12345::', '::1.2.3', 'g::', '']) {
    assert.equal(ipAddress(text), undefined, text)
  }
  assert.deepEqual(ipAddress('::ffff:1.2.3.4'), [1, 2, 3, 4])
  assert.deepEqual(ipAddress('1:2:3:4:5:6:7::'), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0])
  assert.deepEqual(ipAddress('::1')?.at(-1), 1)
})
