import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { startCellWithTaro } from '@bulkhead/test/directory/cell.ts'
import { domainSigner, nearestSigning, type SigningVault } from './domain-signer.ts'

const message = Buffer.from('From: taro@one.example\r\nTo: a@b.example\r\nSubject: =?UTF-8?B?44G7?=\r\n\r\nHello\r\n\r\n')
const domain = 'one.example'

const openVault = async () => {
  const cell = await startCellWithTaro()
  const asked: string[] = []
  const vault: SigningVault = {
    ask: ((verb: 'sign' | 'signers', ask: VaultVerbs['sign']['ask'] & VaultVerbs['signers']['ask']) => {
      asked.push(verb)
      return cell.mailroomVault.ask(verb, ask)
    }) as SigningVault['ask'],
  }
  return { cell, vault, asked, signer: domainSigner(vault, cell.clock) }
}

test('a message is signed with every key of its domain, and who may sign for a host is the nearest domain above', async () => {
  const { cell, signer, asked } = await openVault()
  await using _ = cell
  const fields = await signer.fieldsFor(domain, message)
  assert.deepEqual([...fields.matchAll(/\bs=(s202611-\w+)/g)].map(([, selector]) => selector), ['s202611-rsa', 's202611-ed'])
  await signer.fieldsFor(domain, message)
  assert.deepEqual(asked, ['signers', 'sign', 'sign'])
  assert.equal(await signer.fieldsFor('unknown.example', message), '')
  assert.equal(await nearestSigning(signer, 'mx1.tokyo.one.example'), domain)
  assert.equal(await nearestSigning(signer, 'mx1.two.example'), undefined)
})

test('keys that change while they are remembered cost no message', async () => {
  const { cell, signer } = await openVault()
  await using _ = cell
  await signer.fieldsFor(domain, message)
  await cell.granted('signerNew', { domain })
  for (const kind of ['rsa', 'ed']) {
    await cell.granted('signerChange', { domain, selector: `s202611b-${kind}`, state: 'signing' })
    await cell.granted('signerChange', { domain, selector: `s202611-${kind}`, state: 'destroyed' })
  }
  assert.match(await signer.fieldsFor(domain, message), /\bs=s202611b-rsa/)
})
