import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLog } from '@bulkhead/base/log.ts'
import type { Signer, SignerState } from '@bulkhead/door/contracts/vault.ts'
import { keyRecord, showsKey, zoneLine } from '@bulkhead/mail/dkim/key-record.ts'
import { startCellWithTaro, type Cell } from '@bulkhead/test/directory/cell.ts'
import { due, pairName, retiredForMs, rotateAfterMs } from './signers/schedule.ts'
import { tendAll } from './signers/tending.ts'

const domain = 'one.example'
const refused = (refusal: string) => ({ is: 'refused', refusal })

const listed = async (cell: Cell) => (await cell.granted('signerList', { domain })).signers
const states = async (cell: Cell) => (await listed(cell)).map(({ selector, state }) => `${selector} ${state}`)
const publish = async (cell: Cell): Promise<void> => {
  for (const { record } of await listed(cell)) cell.dns.set(record.name, [record.strings.join('')])
}

test('a domain is added with a pair of keys that sign at once', async () => {
  await using cell = await startCellWithTaro()
  assert.deepEqual(await states(cell), ['s202611-rsa signing', 's202611-ed signing'])
  assert.deepEqual((await listed(cell)).map(({ inDns }) => inDns), [null, null])
  await publish(cell)
  assert.deepEqual((await listed(cell)).map(({ inDns }) => inDns), [true, true])
  cell.dns.set(`s202611-ed._domainkey.${domain}`, ['v=DKIM1; k=ed25519; p=b3RoZXI='])
  assert.deepEqual((await listed(cell)).map(({ inDns }) => inDns), [true, false])
})

test('keys rotate: the next pair is made when the time has come, signs when DNS shows it, the old one retires and is destroyed', async () => {
  await using cell = await startCellWithTaro()
  const look = () => tendAll(cell.deskParts, silentLog)
  await look()
  assert.equal((await listed(cell)).length, 2, 'nothing is due')
  cell.clock.advance(rotateAfterMs)
  await look()
  assert.deepEqual(await states(cell), ['s202611-rsa signing', 's202611-ed signing', 's202705-rsa published', 's202705-ed published'])
  await look()
  assert.equal((await listed(cell)).length, 4, 'nobody published it: it waits, and no third is made')
  await publish(cell)
  await look()
  assert.deepEqual(await states(cell), ['s202611-rsa retired', 's202611-ed retired', 's202705-rsa signing', 's202705-ed signing'])
  cell.clock.advance(retiredForMs)
  await look()
  assert.deepEqual(await states(cell), ['s202705-rsa signing', 's202705-ed signing'])
})

test('by hand: a new pair, its use, and the end of the old one', async () => {
  await using cell = await startCellWithTaro()
  await cell.granted('signerNew', { domain })
  const change = (selector: string, state: 'signing' | 'retired' | 'destroyed') => cell.desk.ask('signerChange', { domain, selector, state })
  assert.deepEqual(await change('s202611-rsa', 'destroyed'), refused('badKeyChange'))
  assert.equal((await change('s202611b-rsa', 'signing')).is, 'answered')
  assert.deepEqual(await states(cell), ['s202611-rsa retired', 's202611-ed signing', 's202611b-rsa signing', 's202611b-ed published'])
  assert.equal((await change('s202611-rsa', 'destroyed')).is, 'answered')
  assert.deepEqual(await change('s202611-rsa', 'signing'), refused('noSuchKey'))
  assert.deepEqual(await change('no such', 'signing'), refused('noSuchKey'))
  assert.deepEqual(await cell.desk.ask('signerNew', { domain: 'two.example' }), refused('noSuchDomain'))
  for (let n = 0; n < 2; n += 1) await cell.desk.ask('signerNew', { domain })
  assert.deepEqual(await cell.desk.ask('signerNew', { domain }), refused('tooManyKeys'))
})

test('a domain that is given up has no keys left', async () => {
  await using cell = await startCellWithTaro()
  await cell.granted('domainAdd', { domain: 'two.example', brand: 'one' })
  await cell.granted('domainRemove', { domain: 'two.example' })
  assert.deepEqual(await cell.deskVault.ask('signers', { domain: 'two.example' }), { is: 'answered', answer: { signers: [] } })
})

const signer = (selector: string, algorithm: Signer['algorithm'], state: SignerState, sinceMs: number): Signer => ({ selector, algorithm, state, sinceMs, publicKey: 'QUJD' })

test('whatever the keys, what is due leads to a state where nothing is due', () => {
  const signers = fc.uniqueArray(
    fc.record({
      selector: fc.stringMatching(/^s[0-9]{6}[b-i]?-(rsa|ed)$/),
      algorithm: fc.constantFrom('rsa-sha256' as const, 'ed25519-sha256' as const),
      state: fc.constantFrom('published' as const, 'signing' as const, 'retired' as const),
      sinceMs: fc.integer({ min: 0, max: rotateAfterMs * 3 }),
    }),
    { maxLength: 8, selector: ({ selector }) => selector },
  )
  fc.assert(fc.property(signers, fc.boolean(), (given, inDns) => {
    const nowMs = rotateAfterMs * 3
    let now: readonly Signer[] = given.map(({ selector, algorithm, state, sinceMs }) => signer(selector, algorithm, state, sinceMs))
    for (let round = 0; round < 4; round += 1) {
      const shown = new Set(inDns ? now.map(({ selector }) => selector) : [])
      const steps = due(now, shown, nowMs)
      if (steps.length === 0) return
      for (const step of steps) {
        if (step.is === 'pair') now = [...now, signer(`${pairName(now, nowMs)}-rsa`, 'rsa-sha256', 'published', nowMs)]
        else if (step.to === 'destroyed') now = now.filter(({ selector }) => selector !== step.selector)
        else {
          const { to } = step
          now = now.map((one) => (one.selector === step.selector ? { ...one, state: to, sinceMs: nowMs } : one))
        }
      }
    }
    assert.deepEqual(due(now, new Set(inDns ? now.map(({ selector }) => selector) : []), nowMs), [])
  }), { numRuns: 300 })
})

test('a record shows its key in strings DNS can hold, and is known again as others write it', () => {
  const rsa: Signer = { selector: 's1', algorithm: 'rsa-sha256', state: 'signing', sinceMs: 0, publicKey: Buffer.alloc(294, 7).toString('base64') }
  const record = keyRecord(domain, rsa)
  assert.equal(record.name, `s1._domainkey.${domain}`)
  assert.deepEqual(record.strings.map(({ length }) => length), [255, 155])
  assert.match(zoneLine(record), /^s1\._domainkey\.one\.example\. IN TXT "v=DKIM1; k=rsa; p=[^"]+" "[^"]+"$/)
  const { publicKey } = rsa
  for (const txt of [record.strings.join(''), `p=${publicKey}`, `v=DKIM1;t=y; p = ${publicKey.slice(0, 50)} ${publicKey.slice(50)} ;`]) assert.ok(showsKey(txt, rsa), txt)
  for (const txt of ['', 'v=DKIM1; p=', `v=DKIM2; p=${publicKey}`, `v=DKIM1; k=ed25519; p=${publicKey}`, `v=spf1 ${publicKey}`]) assert.equal(showsKey(txt, rsa), false, txt)
})
