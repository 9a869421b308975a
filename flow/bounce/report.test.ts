import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportOn, type Reported } from './report.ts'

const reported: Reported = {
  reportingMta: 'mx1.hikari.example',
  reversePath: 'alice@far.example',
  ret: null,
  envid: null,
  arrivalMs: 0,
  nowMs: 0,
  recipients: [
    {
      finalRecipient: 'bob@hikari.example',
      orcpt: null,
      action: 'failed',
      status: '5.2.2',
      remoteMta: null,
      diagnostic: null,
      lastAttemptMs: 0,
      willRetryUntilMs: null,
    },
  ],
  original: Buffer.from('Subject: x\r\n\r\nbody'),
}

test('a report comes from nobody and asks for no report', () => {
  const report = reportOn(reported)
  assert.equal(report?.reversePath, '')
  assert.deepEqual(report?.recipients, [{ forwardPath: 'alice@far.example', notify: [], orcpt: null }])
})

test('nobody is told about mail from nobody', () => {
  assert.equal(reportOn({ ...reported, reversePath: '' }), undefined)
  assert.equal(reportOn({ ...reported, recipients: [] }), undefined)
})

test('what is 8-bit says so, and an internationalized sender needs SMTPUTF8', () => {
  const wide = reportOn({ ...reported, reversePath: '佐藤@far.example', original: Buffer.from('Subject: é\r\n\r\n') })
  assert.deepEqual([wide?.bodyKind, wide?.smtpUtf8], ['8bitmime', true])
})
