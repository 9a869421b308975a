import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meter } from '@bulkhead/base/meter.ts'
import { noTlsResults, type TlsFailureType, type TlsResult } from '@bulkhead/mail/ports/tls-results.ts'
import { tellEveryMs, toldTls } from './told-tls.ts'

const result = (type: TlsResult['policy']['type'], failure: TlsFailureType | null): TlsResult => ({
  atMs: 0, policy: { type, domain: 'far.example', strings: [], mxHosts: [] },
  failure: failure === null ? null : { type: failure, sendingIp: null, receivingMxHost: null, receivingIp: null, reason: null },
})

test('failures of a policy are told once a minute with their number, all sessions are counted', () => {
  let nowMs = 0
  const told: string[] = []
  const counts = meter()
  const results = toldTls({ meter: counts, clock: { now: () => nowMs }, tell: ({ kind, outcome, count }) => told.push(`${kind} ${outcome} ${count}`) }, noTlsResults)
  for (let at = 0; at < 5; at += 1) results.note(result('tlsa', 'validation-failure'))
  results.note(result('sts', 'certificate-expired'))
  results.note(result('tlsa', null))
  results.note(result('no-policy-found', 'starttls-not-supported'))
  assert.deepEqual(told, ['courier.tlsFailed tlsa validation-failure 1', 'courier.tlsFailed sts certificate-expired 1'])
  nowMs += tellEveryMs
  results.note(result('tlsa', 'validation-failure'))
  assert.equal(told.at(-1), 'courier.tlsFailed tlsa validation-failure 5')
  assert.deepEqual([...counts.read()].map(([name, { value }]) => `${name} ${value}`), [
    'courier_tls_sessions{policy="tlsa",result="validation-failure"} 6', 'courier_tls_sessions{policy="sts",result="certificate-expired"} 1',
    'courier_tls_sessions{policy="tlsa",result="success"} 1', 'courier_tls_sessions{policy="no-policy-found",result="starttls-not-supported"} 1',
  ])
})
