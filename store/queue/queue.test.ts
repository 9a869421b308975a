import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { newQueueId } from '@bulkhead/base/ids.ts'
import type { Claimed, CourierQueue, Fate, NewQueued } from '@bulkhead/mail/ports/queue.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { anyQueued, type QueueFilter } from '@bulkhead/mail/ports/queue-admin.ts'
import { courierQueue } from './courier-queue.ts'
import { queueAdmin } from './queue-admin.ts'
import { queueWriter } from './queue-writer.ts'

const leaseMs = 60_000
const mail = (...domains: readonly string[]): NewQueued => ({
  id: newQueueId(), sizeBytes: 900, sender: 'p_alice', priority: 0, releaseAtMs: null, held: false, envelope: sealedBytes(120), body: sealedBytes(1_000),
  recipients: domains.map((domain) => ({ domain, sealed: sealedBytes(40) })),
})

/** So many of each domain. */
const claimAny = async (courier: CourierQueue, count: number, forMs: number): Promise<readonly Claimed[]> => {
  const domains = new Set((await courier.waiting('', 500)).map(({ domain }) => domain))
  return courier.claim([...domains].map((domain) => ({ domain, count })), forMs)
}

onEveryServer('the queue', async (t, cell) => {
  await using intake = cell.open('intake', 'queue')
  await using first = cell.open('courier', 'queue')
  await using second = cell.open('courier', 'queue')
  await using submission = cell.open('mailroom', 'queue')
  await using desk = cell.open('desk', 'queue')
  const writer = queueWriter(intake)
  const steering = queueWriter(submission)
  const courier = courierQueue(first)
  const other = courierQueue(second)
  const admin = queueAdmin(desk)

  await t.test('is empty', async () => {
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    assert.equal(await courier.nextDueMs(), null)
  })

  await t.test('leases a message once for each domain, with the recipients there', async () => {
    const queued = mail('a.example', 'b.example', 'a.example')
    await writer.enqueue(queued)
    await writer.enqueue(queued)
    const claimed = [...(await claimAny(courier, 10, leaseMs))].sort((x, y) => y.recipients.length - x.recipients.length)
    const shown = claimed.map(({ recipients }) => recipients.map(({ number, domain }) => `${number} ${domain}`))
    assert.deepEqual(shown, [['1 a.example', '3 a.example'], ['2 b.example']])
    assert.deepEqual(claimed[0]?.recipients[1]?.sealed, queued.recipients[2]?.sealed)
    assert.deepEqual(claimed[0]?.envelope, queued.envelope)
    assert.deepEqual(await claimAny(other, 10, leaseMs), [])
    assert.deepEqual(Buffer.from((await courier.body(queued.id)) ?? []), queued.body)
    for (const { id, lease, recipients } of claimed) {
      assert.equal(await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' }))), true)
    }
    assert.equal(await courier.body(queued.id), undefined)
    assert.equal(await courier.nextDueMs(), null)
  })

  await t.test('brings a deferred recipient back when it is due, with its count of attempts', async () => {
    const queued = mail('slow.example', 'slow.example')
    await writer.enqueue(queued)
    const [claim] = await claimAny(courier, 10, leaseMs)
    assert.ok(claim !== undefined)
    const nextAttemptAtMs = Date.now() + 300
    assert.equal(await courier.settle(claim.id, claim.lease, [
      { number: 1, fate: 'done' },
      { number: 2, fate: 'deferred', nextAttemptAtMs, delayTold: true, status: '451 4.7.1', sealedText: sealedBytes(30) },
    ]), true)
    assert.equal(await courier.nextDueMs(), nextAttemptAtMs)
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    await sleep(350)
    const [again] = await claimAny(other, 10, leaseMs)
    assert.deepEqual(again?.recipients.map(({ number, attempts }) => [number, attempts]), [[2, 1]])
    assert.equal(await courier.settle(claim.id, claim.lease, [{ number: 2, fate: 'done' }]), false)
    assert.ok(again !== undefined && (await other.settle(again.id, again.lease, [{ number: 2, fate: 'done' }])))
  })

  await t.test('gives a dead courier’s lease to another and fences the dead one’s late word', async () => {
    const queued = mail('c.example')
    await writer.enqueue(queued)
    const [dead] = await claimAny(courier, 1, 100)
    await sleep(150)
    const [alive] = await claimAny(other, 1, leaseMs)
    assert.ok(dead !== undefined && alive !== undefined && alive.lease > dead.lease)
    assert.equal(await courier.settle(dead.id, dead.lease, [{ number: 1, fate: 'done' }]), false)
    assert.equal(await other.settle(alive.id, alive.lease, [{ number: 1, fate: 'done' }]), true)
    assert.equal(await other.settle(alive.id, alive.lease, [{ number: 1, fate: 'done' }]), false)
  })

  await t.test('leaves a lease with the courier that renews it, and a lost one lost', async () => {
    await writer.enqueue(mail('renewed.example'))
    const [claim] = await claimAny(courier, 10, 300)
    assert.ok(claim !== undefined)
    await courier.renew([claim], leaseMs)
    await sleep(350)
    assert.deepEqual(await claimAny(other, 10, leaseMs), [])
    await courier.renew([claim], 1)
    await sleep(20)
    const [taken] = await claimAny(other, 10, 1)
    assert.ok(taken !== undefined)
    await courier.renew([claim], leaseMs)
    await sleep(20)
    const [again] = await claimAny(other, 10, leaseMs)
    assert.equal(again?.id, claim.id)
    assert.equal(await other.settle(claim.id, again.lease, [{ number: 1, fate: 'done' }]), true)
  })

  await t.test('never leases the same recipient to two couriers that ask at once', async () => {
    const ids = new Set<string>()
    for (let i = 0; i < 40; i += 1) await writer.enqueue(mail(`d${i % 7}.example`, 'e.example'))
    const claims = (await Promise.all(Array.from({ length: 12 }, (_, i) => claimAny(i % 2 === 0 ? courier : other, 8, leaseMs)))).flat()
    for (const { id, recipients } of claims) {
      for (const { number } of recipients) {
        assert.ok(!ids.has(`${id} ${number}`))
        ids.add(`${id} ${number}`)
      }
    }
    assert.equal(ids.size, 80)
    // Two ends of each message at once: the message goes with the last of them.
    await Promise.all(claims.map(({ id, lease, recipients }, i) =>
      (i % 2 === 0 ? courier : other).settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' })))))
    assert.deepEqual(await admin.list(anyQueued, 10), [])
    for (const { id } of claims) assert.equal(await courier.body(id), undefined)
  })

  await t.test('is shown by domain, state and status code, and steered', async () => {
    const queued = mail('x.example', 'y.example')
    await writer.enqueue(queued)
    assert.equal(await admin.act(newQueueId(), 'hold'), undefined)
    assert.equal(await admin.act(queued.id, 'hold'), 2)
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    const held = (await admin.list(anyQueued, 10)).map(({ domain, state, attempts }) => [domain, state, attempts])
    assert.deepEqual(held, [['x.example', 'held', 0], ['y.example', 'held', 0]])
    assert.equal(await admin.act(queued.id, 'release'), 2)
    const claims = await claimAny(courier, 10, leaseMs)
    assert.equal(claims.length, 2)
    assert.deepEqual((await admin.list(anyQueued, 10)).map(({ state }) => state), ['sending', 'sending'])
    assert.equal(await admin.act(queued.id, 'drop'), 0)
    for (const { id, lease, recipients } of claims) {
      const nextAttemptAtMs = Date.now() + 3_600_000
      const fates = recipients.map(({ number }): Fate => ({ number, fate: 'deferred', nextAttemptAtMs, delayTold: false, status: '421 4.3.2', sealedText: null }))
      assert.ok(await courier.settle(id, lease, fates))
    }
    const [line] = await admin.list(anyQueued, 1)
    assert.deepEqual([line?.state, line?.attempts, line?.lastStatus], ['deferred', 1, '421 4.3.2'])
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    assert.equal(await admin.act(queued.id, 'retry'), 2)
    assert.equal((await claimAny(courier, 1, 1)).length, 2)
    await sleep(20)
    assert.equal(await admin.act(queued.id, 'discard'), 2)
    assert.deepEqual(await admin.list(anyQueued, 10), [])
    assert.equal(await courier.body(queued.id), undefined)
  })
  await t.test('gives nothing before its time, and nothing held until it is released', async () => {
    const early = { ...mail('f.example'), releaseAtMs: Date.now() + 3_600_000 }
    const held = { ...mail('g.example', 'h.example'), held: true, sender: 'p_bob' }
    for (const queued of [early, held]) await steering.submit(queued)
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    assert.equal(await courier.nextDueMs(), early.releaseAtMs)
    assert.equal(await steering.releaseSender('p_bob'), 2)
    assert.equal(await steering.releaseSender('p_bob'), 0)
    assert.equal(await steering.holdSender('p_alice'), 1)
    assert.equal(await courier.nextDueMs() === early.releaseAtMs, false)
    const claims = await claimAny(courier, 10, leaseMs)
    assert.deepEqual(claims.map(({ id }) => id), [held.id, held.id])
    assert.equal(await steering.holdSender('p_bob'), 0, 'what is being sent is not kept back')
    for (const { id, lease, recipients } of claims) await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' })))
    assert.equal(await admin.act(early.id, 'release'), 1)
    assert.equal(await admin.act(early.id, 'release'), 0, 'it is not held any more')
    assert.equal(await admin.act(early.id, 'retry'), 0, 'its time has not come')
    const [scheduled] = await admin.list({ ...anyQueued, id: early.id }, 1)
    assert.deepEqual([scheduled?.state, scheduled?.nextAttemptAt], ['scheduled', new Date(early.releaseAtMs).toISOString()])
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    assert.equal(await steering.cancel(early.id, 'p_alice'), true)
    assert.equal(await steering.cancel(early.id, 'p_alice'), false)
  })

  await t.test('takes back what no courier has seen, for who sent it, and nothing else', async () => {
    const [fresh, claimed] = [mail('i.example', 'j.example'), mail('k.example')]
    assert.equal(await steering.submit(fresh), true)
    assert.equal(await steering.submit(fresh), false, 'the same id is the same message')
    assert.equal(await steering.cancel(fresh.id, 'p_bob'), false, 'another’s')
    assert.deepEqual((await steering.submissions([fresh.id], 'p_alice')).map(({ undo }) => undo), ['pending'])
    assert.deepEqual(await steering.submissions([fresh.id], 'p_bob'), [])
    assert.equal(await steering.cancel(fresh.id, 'p_alice'), true)
    assert.equal(await steering.cancel(fresh.id, 'p_alice'), false)
    assert.deepEqual((await steering.submissions([fresh.id], 'p_alice')).map(({ undo }) => undo), ['canceled'])
    assert.deepEqual(await claimAny(courier, 10, leaseMs), [])
    await steering.submit(claimed)
    const [claim] = await claimAny(courier, 10, leaseMs)
    assert.ok(claim !== undefined)
    assert.equal(await steering.cancel(claimed.id, 'p_alice'), false)
    const later: Fate = { number: 1, fate: 'deferred', nextAttemptAtMs: Date.now() + 3_600_000, delayTold: false, status: '451 4.3.0', sealedText: null }
    await courier.settle(claim.id, claim.lease, [later])
    assert.equal(await steering.cancel(claimed.id, 'p_alice'), false, 'it was tried')
    assert.deepEqual(await steering.submissions([claimed.id, fresh.id], 'p_alice').then((all) => all.find(({ id }) => id === claimed.id)), {
      id: claimed.id, undo: 'final', fates: [{ number: 1, fate: 'deferred', status: '451 4.3.0' }],
    })
    assert.equal(await admin.act(claimed.id, 'discard'), 1)
    assert.equal(await steering.cancel(newQueueId(), 'p_alice'), false)
  })

  await t.test('what has left for one destination is not taken back for the others', async () => {
    const queued = mail('l.example', 'm.example', 'm.example')
    await steering.submit(queued)
    const [claim] = await courier.claim((await courier.waiting('', 500)).filter(({ domain }) => domain === 'm.example').map(({ domain }) => ({ domain, count: 1 })), leaseMs)
    assert.ok(claim !== undefined)
    await courier.settle(claim.id, claim.lease, [{ number: 2, fate: 'done' }, { number: 3, fate: 'failed', status: '550 5.1.1', sealedText: null }])
    assert.equal(await steering.cancel(queued.id, 'p_alice'), false)
    const [facts] = await steering.submissions([queued.id], 'p_alice')
    assert.deepEqual([facts?.undo, facts?.fates.toSorted((x, y) => x.number - y.number)], ['final', [{ number: 2, fate: 'done', status: null }, { number: 3, fate: 'failed', status: '550 5.1.1' }]])
    await admin.act(queued.id, 'discard')
    assert.equal(await courier.forgetBounced(Date.now() + 1_000), 1)
  })

  await t.test('of a submission and who forgoes it one wins', async () => {
    const [first, last] = [mail('n.example'), mail('n.example')]
    assert.equal(await steering.forgo(first.id, 'p_alice'), true)
    assert.equal(await steering.submit(first), false)
    await steering.submit(last)
    assert.equal(await steering.forgo(last.id, 'p_alice'), false)
    assert.equal(await steering.forgo(last.id, 'p_bob'), false)
    assert.equal(await steering.cancel(last.id, 'p_alice'), true)
  })

  await t.test('an undo against couriers that claim: it is either sent or taken back, never both', async () => {
    const mails = Array.from({ length: 40 }, () => mail('o.example', 'p.example'))
    for (const one of mails) await steering.submit(one)
    const claimAll = async () => (await Promise.all(mails.map(() => claimAny(courier, 1, leaseMs)))).flat()
    const [claimed, ...undone] = await Promise.all([claimAll(), ...mails.map(({ id }) => steering.cancel(id, 'p_alice'))])
    for (const [at, { id }] of mails.entries()) {
      if (undone[at] === true) assert.ok(claimed.every((claim) => claim.id !== id))
    }
    const left = [...claimed, ...(await claimAny(courier, 100, leaseMs))]
    assert.deepEqual(new Set(left.map(({ id }) => id)), new Set(mails.filter((_, at) => undone[at] === false).map(({ id }) => id)))
    for (const { id, lease, recipients } of left) await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' })))
  })

  await t.test('lists destinations by name, urgent ones first, and gives of each no more than was asked for', async () => {
    for (let i = 0; i < 30; i += 1) await writer.enqueue(mail('big.example'))
    const [other1, urgent] = [mail('other.example'), { ...mail('big.example'), priority: 5 }]
    await writer.enqueue(other1)
    await writer.enqueue(urgent)
    assert.deepEqual(await courier.waiting('', 1), [{ domain: 'big.example', urgent: true }, { domain: 'big.example', urgent: false }])
    assert.deepEqual((await courier.waiting('big.example', 1)).at(-1), { domain: 'other.example', urgent: false })
    const claims = await courier.claim([{ domain: 'big.example', count: 3 }, { domain: 'other.example', count: 3 }, { domain: 'none.example', count: 3 }], leaseMs)
    const domains = claims.map(({ recipients }) => recipients[0]?.domain)
    assert.deepEqual(domains.toSorted(), ['big.example', 'big.example', 'big.example', 'other.example'])
    assert.ok(claims.some(({ id }) => id === urgent.id), 'an urgent message goes before older ones')
    const rest = await claimAny(courier, 100, leaseMs)
    assert.equal(rest.length, 28)
    for (const { id, lease, recipients } of [...claims, ...rest]) await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' })))
  })

  await t.test('keeps what was given up, and forgets it in the end', async () => {
    const queued = mail('l.example', 'm.example')
    await writer.enqueue(queued)
    for (const { id, lease, recipients } of await claimAny(courier, 9, leaseMs)) {
      const fates = recipients.map(({ number }): Fate => ({ number, fate: 'failed', status: '550 5.1.1', sealedText: sealedBytes(20) }))
      assert.equal(await courier.settle(id, lease, fates), true)
    }
    assert.deepEqual(await admin.list(anyQueued, 10), [])
    assert.ok((await courier.body(queued.id)) !== undefined)
    assert.equal(await courier.forgetBounced(Date.now() - 60_000), 0)
    assert.equal(await courier.forgetBounced(Date.now() + 60_000), 2)
    assert.equal(await courier.body(queued.id), undefined)
  })
  await t.test('gives up what is dropped through the courier, and queues again what was given up', async () => {
    const queued = mail('n.example', 'o.example')
    await writer.enqueue(queued)
    assert.equal(await admin.act(queued.id, 'hold'), 2)
    assert.equal(await admin.act(queued.id, 'drop'), 2)
    const claims = await claimAny(courier, 9, leaseMs)
    assert.deepEqual(claims.map(({ dropped }) => dropped), [true, true])
    for (const { id, lease, recipients } of claims) {
      await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'failed', status: '550 5.7.1', sealedText: null })))
    }
    assert.deepEqual(await admin.list(anyQueued, 10), [])
    const bounced = await admin.list({ ...anyQueued, state: 'bounced' }, 10)
    assert.deepEqual(bounced.map(({ id, state, lastStatus, nextAttemptAt }) => [id, state, lastStatus, nextAttemptAt]), [
      [queued.id, 'bounced', '550 5.7.1', null], [queued.id, 'bounced', '550 5.7.1', null],
    ])
    assert.equal(await admin.act(queued.id, 'requeue'), 2)
    assert.equal(await admin.act(queued.id, 'requeue'), 0)
    const again = await claimAny(courier, 9, leaseMs)
    assert.deepEqual(again.map(({ id, dropped, recipients }) => [id, dropped, recipients[0]?.attempts]), [[queued.id, false, 0], [queued.id, false, 0]])
    for (const { id, lease, recipients } of again) await courier.settle(id, lease, recipients.map(({ number }) => ({ number, fate: 'done' })))
    assert.equal(await courier.body(queued.id), undefined)
  })

  await t.test('is filtered, counted and steered by domain and sender, and paused', async () => {
    for (let i = 0; i < 3; i += 1) await writer.enqueue({ ...mail('p.example', 'q.example'), sender: 'p_carol' })
    await writer.enqueue(mail('q.example'))
    const listed = async (filter: Partial<QueueFilter>) => (await admin.list({ ...anyQueued, ...filter }, 100)).length
    assert.deepEqual([await listed({}), await listed({ domain: 'q.example' }), await listed({ sender: 'p_carol' })], [7, 4, 6])
    assert.deepEqual([await listed({ state: 'held' }), await listed({ queuedBeforeMs: Date.now() - 60_000 })], [0, 0])
    assert.deepEqual(await admin.actOnAll({ domain: 'q.example', sender: 'p_carol' }, 'hold', null), { last: null, recipients: 3 })
    assert.equal(await listed({ state: 'held' }), 3)
    await admin.pause('p.example', Date.now() + 60_000)
    const [all, ...domains] = await admin.summary(10)
    assert.deepEqual([all?.domain, all?.waiting, all?.held], ['*', 4, 3])
    assert.deepEqual(domains.map(({ domain, waiting, held, pausedUntil }) => [domain, waiting, held, pausedUntil !== null]), [
      ['p.example', 3, 0, true], ['q.example', 1, 3, false],
    ])
    assert.deepEqual(await courier.waiting('', 10), [{ domain: 'q.example', urgent: false }])
    await admin.pause('*', Date.now() + 60_000)
    assert.deepEqual(await courier.waiting('', 10), [])
    for (const domain of ['*', 'p.example']) await admin.pause(domain, null)
    assert.deepEqual((await courier.waiting('', 10)).map(({ domain }) => domain), ['p.example', 'q.example'])
    assert.equal((await admin.actOnAll({ domain: null, sender: 'p_carol' }, 'discard', null)).recipients, 6)
    assert.equal(await listed({}), 1)
  })
})
