/** Vault, warden and desk as the supervisor starts them, on PostgreSQL, with the Argon2 of production. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { Pass } from '@bulkhead/door/contracts/mailroom.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { embeddedServer, startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { provisionTestCell } from '@bulkhead/test/postgres/cell.ts'
import { desk } from './desk.ts'
import { vault } from './vault.ts'
import { warden } from './warden.ts'

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

const startRoles = async () => {
  const files = mkdtempSync(join(tmpdir(), 'roles-'))
  const path = (name: string): string => join(files, name)
  const server = await startTestPostgres(embeddedServer())
  const { urls } = await provisionTestCell(server)
  const context = { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell() {} }
  const common = { cell: 'north-isp', knocks: {}, pseudonymKey: encode(randomBytes(32)), tracePublicKey: encode(realSealing.newKeyPair().publicKey), logLevel: 'error' } as const
  const mailroomKeys = realSealing.newKeyPair()
  const mailroom = { name: 'mailroom', publicKey: encode(mailroomKeys.publicKey), path: '' }
  const vaultStart: StartOf<'vault'> = {
    ...common, process: 'vault', serves: { warden: path('vault-warden'), desk: path('vault-desk') },
    keyTable: path('keys.sqlite'), rootFile: path('root'), unsealSecret: encode(randomBytes(32)),
    budgets: { wrongPerAccountHour: 100, unwrapsPerSecond: 500, addressesPerHour: 100, tracesPerHour: 100 },
  }
  const wardenStart: StartOf<'warden'> = {
    ...common, process: 'warden', serves: { gate: path('warden-gate'), desk: path('warden-desk') }, knocks: { vault: path('vault-warden') },
    directoryUrl: urls.warden.directory?.declassify() ?? '', escrowPublicKey: null, argon2: { m: 19_456, t: 2, p: 1 }, hashesAtOnce: 2, mailrooms: [],
  }
  const deskStart: StartOf<'desk'> = {
    ...common, process: 'desk', serves: { cli: path('desk-cli') }, knocks: { vault: path('vault-desk'), warden: path('warden-desk') },
    directoryUrl: urls.desk.directory?.declassify() ?? '', mailUrl: urls.desk.mail?.declassify() ?? '',
    queueUrl: urls.desk.queue?.declassify() ?? '', blobs: path('blobs'), noticePrivateKey: encode(randomBytes(32)), host: { hostName: 'mx.north.example', address: null, egress: [], portBase: 0, stsId: null, keyDigest: '' },
  }
  const roles = [await vault(vaultStart, context), await warden(wardenStart, context), await desk(deskStart, context)] as const
  const [, runningWarden] = roles
  runningWarden.apply({ say: 'mailrooms', mailrooms: [mailroom] })
  const cli = knock<DeskVerbs>(path('desk-cli'))
  const gate = knock<WardenVerbs>(path('warden-gate'))
  return {
    cli,
    login: (login: string, password: string) =>
      gate.ask('authenticate', { protocol: 'imap', login, password: encode(password), peer: '192.0.2.1', tls: true }),
    open: (pass: string): Pass => JSON.parse(realSealing.openWith(mailroomKeys.privateKey, 'bulkhead pass', Buffer.from(pass, 'base64')).toString()),
    async [Symbol.asyncDispose]() {
      for (const door of [cli, gate]) door[Symbol.dispose]()
      for (const role of [...roles].reverse()) await role[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      rmSync(files, { recursive: true })
    },
  }
}

test('an account lives on PostgreSQL: added, logged in, listed, killed, brought back, cancelled', { timeout: 60_000 }, async () => {
  await using roles = await startRoles()
  const { cli, login } = roles
  const done = { is: 'answered', answer: {} }
  const wrong = { is: 'refused', refusal: 'wrong' }
  const address = 'taro@north.example'
  assert.deepEqual(await cli.ask('brandAdd', { brand: 'north', name: 'North' }), done)
  assert.deepEqual(await cli.ask('domainAdd', { domain: 'north.example', brand: 'north' }), done)
  const added = await cli.ask('accountAdd', { address, password: encode('correct horse'), quotaBytes: 1_000_000 })
  assert.ok(added.is === 'answered', JSON.stringify(added))
  assert.deepEqual(await cli.ask('accountAdd', { address, password: encode('correct horse'), quotaBytes: null }), { is: 'refused', refusal: 'exists' })
  assert.deepEqual(await cli.ask('aliasAdd', { alias: 't@north.example', address }), done)

  const first = await login('Taro@North.example', 'correct horse')
  assert.ok(first.is === 'answered', JSON.stringify(first))
  assert.equal(roles.open(first.answer.pass).account, added.answer.account)
  assert.deepEqual(await login(address, 'wrong horse'), wrong)
  assert.deepEqual(await login('nobody@north.example', 'correct horse'), wrong)

  const list = await cli.ask('accountList', { after: null, limit: 10, showAddresses: true, reason: 'test' })
  assert.ok(list.is === 'answered')
  const [line] = list.answer.accounts
  assert.deepEqual([line?.address, line?.quotaBytes, line?.aliases, line?.state], [address, 1_000_000, 1, 'active'])

  assert.equal((await cli.ask('credentialsKill', { scope: 'cell', of: 'north-isp' })).is, 'answered')
  assert.deepEqual(await login(address, 'correct horse'), wrong)
  const change = { address, oldPassword: encode('correct horse'), newPassword: encode('battery staple'), proof: true }
  assert.deepEqual(await cli.ask('passwordChange', change), done)
  assert.equal((await login('t@north.example', 'battery staple')).is, 'answered')
  const anyMail = { message: null, domain: null, state: null, sender: null, olderThanMs: 0, limit: 10 }
  assert.deepEqual(await cli.ask('queueList', anyMail), { is: 'answered', answer: { items: [] } })
  assert.deepEqual(await cli.ask('queueAct', { message: randomUUID(), act: 'hold' }), { is: 'refused', refusal: 'noSuchMessage' })
  assert.deepEqual(await cli.ask('queueActOnAll', { domain: 'far.example', sender: address, act: 'hold' }), { is: 'answered', answer: { recipients: 0 } })
  assert.deepEqual(await cli.ask('queuePause', { domain: 'far.example', forMs: 60_000 }), { is: 'answered', answer: {} })
  const summary = await cli.ask('queueSummary', { limit: 10 })
  assert.ok(summary.is === 'answered' && summary.answer.domains.some(({ domain, pausedUntil }) => domain === 'far.example' && pausedUntil !== null))

  assert.deepEqual(await cli.ask('accountState', { address, state: 'cancelled' }), done)
  assert.deepEqual(await login(address, 'battery staple'), wrong)
  const again = await cli.ask('accountAdd', { address, password: encode('correct horse'), quotaBytes: null })
  assert.deepEqual(again, { is: 'refused', refusal: 'neverAgain' })
})
