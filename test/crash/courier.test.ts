/**
 * kill -9 of the courier at every point of a transaction. Nothing is ever lost. A message comes twice only where the kill falls
 * between the peer's 250 to the content and our settling it: SMTP has no way to know (RFC 1047).
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { smtpSink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { anyQueued } from '@bulkhead/mail/ports/queue-admin.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { queueAdmin } from '@bulkhead/store/queue/queue-admin.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { provisionTestCell } from '../postgres/cell.ts'
import { embeddedServer, startTestPostgres } from '../postgres/harness.ts'
import type { CourierFacts } from './courier-process.ts'

/** Where the peer falls silent and the courier dies; `taken`: the peer has said 250 to the content. */
const points = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', '.', 'taken'] as const

const patienceMs = 90_000

const until = async (claim: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpMs = Date.now() + patienceMs
  while (!(await holds())) {
    assert.ok(Date.now() < giveUpMs, claim)
    await sleep(20)
  }
}

const start = (facts: CourierFacts): ChildProcess => {
  const child = fork(join(import.meta.dirname, 'courier-process.ts'))
  child.send(facts)
  return child
}

const kill = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGKILL')
  })

test('a courier that is killed loses nothing, and sends nothing twice unless it dies between 250 and settling', { timeout: 240_000 }, async (t) => {
  await using postgres = await startTestPostgres(embeddedServer(), { asInProduction: true })
  const { urls, open } = await provisionTestCell(postgres)
  const keys = realSealing.newKeyPair()
  await using mailroom = open('mailroom', 'queue')
  await using desk = open('desk', 'queue')
  const writer = queueWriter(mailroom)
  const admin = queueAdmin(desk)
  for (const point of points) {
    await t.test(`killed at ${point}`, async () => {
      let reached = false
      const say = (command: string): 'silence' | undefined => {
        const here = !reached && (point === 'taken' ? command === '.' : command === point || command.startsWith(`${point} `))
        if (!here) return undefined
        reached = true
        return point === 'taken' ? undefined : 'silence'
      }
      // Step by step, so that each command is a point of its own.
      await using sink = await smtpSink({ say, extensions: ['8BITMIME'] })
      await writer.enqueue(sealQueued(realSealing, keys.publicKey, {
        ...ordinary, reversePath: 'alice@hikari.example', bodyKind: '7bit', account: null, sender: null,
        recipients: ['b@far.example', 'c@far.example'].map((forwardPath) => ({ forwardPath, notify: null, orcpt: null })),
        message: Buffer.from('Subject: x\r\n\r\nhello\r\n'),
      }))
      const facts = { url: urls.courier.queue?.declassify() ?? '', privateKey: keys.privateKey.declassify().toString('base64'), port: sink.port }
      const first = start(facts)
      await until('it comes to the point', () => reached)
      await kill(first)
      const second = start(facts)
      await until('another one ends it', async () => (await admin.list(anyQueued, 1)).length === 0)
      await kill(second)
      const copies = sink.messages.length
      assert.ok(sink.messages.every(({ to, content }) => to.length === 2 && content === 'Subject: x\r\n\r\nhello\r\n'))
      if (point === 'taken') assert.ok(copies === 1 || copies === 2, `${copies} copies`)
      else assert.equal(copies, 1)
    })
  }
})
