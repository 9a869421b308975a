import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { composeDsn } from '../trace/dsn.ts'
import { readDeliveryReport } from './delivery-status.ts'

const recipient = { remoteMta: null, diagnostic: null, lastAttemptMs: 0, willRetryUntilMs: null, status: '5.1.1' } as const

test('what our own reports say is read again, whatever the envelope id', () => {
  const envids = fc.stringMatching(/^[!-~]{1,40}$/)
  const actions = fc.constantFrom('failed' as const, 'delayed' as const, 'delivered' as const, 'relayed' as const)
  fc.assert(
    fc.property(envids, fc.array(actions, { minLength: 1, maxLength: 5 }), (envid, all) => {
      const recipients = all.map((action, at) => ({ ...recipient, action, finalRecipient: `p${at}@far.example`, orcpt: `rfc822;q${at}+40far.example` }))
      const message = composeDsn({
        reportingMta: 'mx.far.example', to: 'alice@one.example', id: 'x', atMs: 0, arrivalMs: 0, envid, recipients, original: Buffer.from('Subject: x\r\n\r\n'), returnWhole: false,
      })
      assert.deepEqual(readDeliveryReport(message), {
        envid, recipients: all.map((action, at) => ({ final: `p${at}@far.example`, original: `q${at}@far.example`, action })),
      })
    }),
    { numRuns: 60 },
  )
})

test('what is no report, or names no submission, is none; nothing makes it throw', () => {
  const report = (status: string): Buffer => Buffer.from(`Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${status}\r\n--b--\r\n`)
  assert.equal(readDeliveryReport(Buffer.from('Subject: x\r\n\r\nOriginal-Envelope-Id: e\r\n')), undefined)
  assert.equal(readDeliveryReport(report('Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n')), undefined)
  assert.deepEqual(readDeliveryReport(report('Original-Envelope-Id: e\r\n\r\nAction: exploded\r\nFinal-Recipient: rfc822; a@b\r\n')), { envid: 'e', recipients: [] })
  const pieces = fc.array(fc.constantFrom('Original-Envelope-Id: e\r\n', '\r\n', 'Action: failed\r\n', 'Final-Recipient:', ' rfc822; a@b\r\n', '\0', '--b', ':', 'é'), { maxLength: 30 })
  fc.assert(fc.property(pieces, (all) => void readDeliveryReport(report(all.join('')))), { numRuns: 200 })
})
