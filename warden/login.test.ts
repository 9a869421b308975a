import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '@bulkhead/base/secret.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { cheapParams, startCellWithTaro, vaultBudgets, type Cell } from '@bulkhead/test/directory/cell.ts'
import { boundedHasher, waitingMax } from './hasher.ts'
import { loginAddress } from './login-address.ts'
import { mailroomFor } from './passes.ts'
import { passwordRule } from './password-rule.ts'
import { verifiedMs } from './recently-verified.ts'
import { wardenHandlers } from './handlers.ts'

const wrong = { is: 'refused', refusal: 'wrong' }
const taro = (cell: Cell) => {
  const [account] = cell.directory.accounts.keys()
  assert.ok(account !== undefined)
  return account
}
const passOf = async (cell: Cell, login: string, password: string) => {
  const reply = await cell.login(login, password)
  assert.ok(reply.is === 'answered', JSON.stringify(reply))
  return cell.openPass(reply.answer)
}

test('a login gives the mailroom, and nobody else, the private key of the account', async () => {
  await using cell = await startCellWithTaro()
  const pass = await passOf(cell, 'taro@one.example', 'correct horse')
  const privateKey = secret(Buffer.from(pass.privateKey, 'base64'))
  assert.equal(pass.account, taro(cell))
  assert.deepEqual(realSealing.publicKeyOf(privateKey), cell.directory.accounts.get(pass.account)?.row.publicKey)
  assert.equal(pass.login, 'taro@one.example')
  assert.equal(pass.expiresAtMs, cell.clock.now() + 10_000)
  assert.deepEqual(cell.directory.loggedInAccounts, [pass.account])
  const reply = await cell.login('taro@one.example', 'correct horse')
  assert.ok(reply.is === 'answered')
  assert.throws(() => cell.openPass(reply.answer, realSealing.newKeyPair().privateKey), { code: 'corrupt' })
})

test('the full address in any case, and user%domain, are the same login; a bare name is none', async () => {
  await using cell = await startCellWithTaro()
  for (const login of ['taro@one.example', 'TARO@One.Example', ' taro@one.example ', 'taro%one.example']) {
    assert.equal((await cell.login(login, 'correct horse')).is, 'answered', login)
  }
  for (const login of ['taro', '', '@', 'taro@', '%', 'x'.repeat(5_000), 'taro@two.example', 'taro\0@one.example']) {
    assert.deepEqual(await cell.login(login, 'correct horse'), wrong, login)
  }
  assert.equal(loginAddress('a%b@one.example'), 'a%b@one.example')
})

test('wrong password, unknown login, and people who may not sign in are refused alike, by the same work', async () => {
  await using cell = await startCellWithTaro()
  await cell.accountAdd('dormant@one.example', 'correct horse')
  await cell.granted('accountState', { address: 'dormant@one.example', state: 'dormant' })
  const done: string[] = []
  const { vault, directory, hash } = cell.wardenParts
  const counted: Door<VaultVerbs> = {
    ask(verb, ask) {
      done.push(`vault.${verb}`)
      return vault.ask(verb, ask)
    },
  }
  const { authenticate } = wardenHandlers({
    ...cell.wardenParts,
    vault: counted,
    directory: {
      ...directory,
      credentialFor(index) {
        done.push('directory.credentialFor')
        return directory.credentialFor(index)
      },
    },
    hash(lane, password, salt, params) {
      done.push(`hash ${lane} ${salt.length} ${JSON.stringify(params)}`)
      return hash(lane, password, salt, params)
    },
  })
  const work = async (login: string, password: string): Promise<readonly string[]> => {
    done.length = 0
    const ask = { protocol: 'imap', login, password: Buffer.from(password).toString('base64'), peer: '', tls: true }
    assert.deepEqual(await authenticate(ask, 'gate'), wrong)
    return [...done]
  }
  const expected = await work('taro@one.example', 'wrong horse')
  assert.equal(expected.length, 4)
  assert.deepEqual(await work('nobody@one.example', 'wrong horse'), expected)
  assert.deepEqual(await work('dormant@one.example', 'correct horse'), expected)
  assert.deepEqual(await work('not an address', 'wrong horse'), expected)
})

test('touching an account whose sign-in is off trips a wire', async () => {
  await using cell = await startCellWithTaro()
  await cell.granted('accountState', { address: 'taro@one.example', state: 'dormant' })
  assert.deepEqual(await cell.login('taro@one.example', 'correct horse'), wrong)
  const wires = cell.events.filter(({ kind }) => kind === 'warden.tripwire')
  assert.deepEqual(wires, [{ kind: 'warden.tripwire', subject: taro(cell), caller: 'imap', outcome: 'dormant' }])
  await cell.granted('accountState', { address: 'taro@one.example', state: 'active' })
  assert.equal((await cell.login('taro@one.example', 'correct horse')).is, 'answered')
})

test('guessing is over for the hour at known and unknown logins alike', async () => {
  await using cell = await startCellWithTaro()
  for (const login of ['taro@one.example', 'nobody@one.example']) {
    const outcomes = []
    for (let n = 0; n <= vaultBudgets.wrongPerAccountHour; n += 1) outcomes.push(await cell.login(login, `guess ${n}`))
    assert.deepEqual(outcomes.slice(0, -1), Array.from({ length: vaultBudgets.wrongPerAccountHour }, () => wrong))
    assert.deepEqual(outcomes.at(-1), { is: 'refused', refusal: 'overBudget' })
  }
})

test('a polling client is hashed once in five minutes, and asked for at the vault each time', async () => {
  await using cell = await startCellWithTaro()
  const before = cell.hashes()
  const unwraps = () => cell.events.filter(({ kind }) => kind === 'vault.unwrap').length
  for (let n = 0; n < 5; n += 1) await passOf(cell, 'taro@one.example', 'correct horse')
  assert.equal(cell.hashes() - before, 1)
  assert.equal(unwraps(), 5)
  cell.clock.advance(verifiedMs + 1)
  await passOf(cell, 'taro@one.example', 'correct horse')
  assert.equal(cell.hashes() - before, 2)
})

test('a remembered login is asked for once each at directory and vault; a new password or another state bites at once', async () => {
  await using cell = await startCellWithTaro()
  const address = 'taro@one.example'
  await passOf(cell, address, 'correct horse')
  const asked: string[] = []
  const { vault, directory } = cell.wardenParts
  const counted: Door<VaultVerbs> = {
    ask(verb, ask) {
      asked.push(verb)
      return vault.ask(verb, ask)
    },
  }
  const handlers = wardenHandlers({ ...cell.wardenParts, vault: counted, directory })
  const login = (password: string) =>
    handlers.authenticate({ protocol: 'imap', login: address, password: Buffer.from(password).toString('base64'), peer: '', tls: true }, 'gate')
  assert.equal((await login('correct horse')).is, 'answered')
  assert.deepEqual(asked, ['unwrap'])
  assert.deepEqual(await login('wrong horse'), wrong)
  await cell.granted('accountState', { address, state: 'suspended' })
  assert.deepEqual(await login('correct horse'), wrong)
  await cell.granted('accountState', { address, state: 'active' })
  const before = await login('correct horse')
  assert.ok(before.is === 'answered')
  const pass = cell.openPass(before.answer)
  assert.equal((await cell.passwordChange(address, 'correct horse', 'battery staple mule')).is, 'answered')
  assert.deepEqual(cell.cutOff, [['accountsShut', pass.account], ['passwordChanged', pass.account, pass.credential]], 'by the row that the pass was granted by')
  assert.deepEqual(await login('correct horse'), wrong)
  assert.equal((await login('battery staple mule')).is, 'answered')
})

test('killed credentials are dead at once, remembered or not, also after a restart of the vault', async () => {
  for (const scope of ['account', 'set', 'cell'] as const) {
    await using cell = await startCellWithTaro()
    await passOf(cell, 'taro@one.example', 'correct horse')
    await cell.granted('credentialsKill', { scope, of: { account: 'taro@one.example', set: 'one', cell: 'one' }[scope] })
    assert.deepEqual(cell.cutOff.at(-1), ['accountsShut', [...cell.directory.accounts.keys()].join()], scope)
    assert.deepEqual(await cell.login('taro@one.example', 'correct horse'), wrong)
    await cell.restartVault()
    assert.deepEqual(await cell.login('taro@one.example', 'correct horse'), wrong)
  }
})

test('after credentials were killed the old password with proof re-wraps the same key, and the new one logs in', async () => {
  await using cell = await startCellWithTaro()
  const before = await passOf(cell, 'taro@one.example', 'correct horse')
  await cell.granted('credentialsKill', { scope: 'cell', of: 'one' })
  assert.deepEqual(await cell.passwordChange('taro@one.example', 'correct horse', 'battery staple'), wrong)
  assert.deepEqual(await cell.passwordChange('taro@one.example', 'wrong horse', 'battery staple', true), wrong)
  assert.equal((await cell.passwordChange('taro@one.example', 'correct horse', 'battery staple', true)).is, 'answered')
  assert.deepEqual(await cell.login('taro@one.example', 'correct horse'), wrong)
  const afterwards = await passOf(cell, 'taro@one.example', 'battery staple')
  assert.equal(afterwards.privateKey, before.privateKey)
})

test('a row with older parameters is hashed anew at the next login, and the password stays', async () => {
  await using cell = await startCellWithTaro()
  const { authenticate } = wardenHandlers({ ...cell.wardenParts, params: { ...cheapParams, t: 2 } })
  const password = Buffer.from('correct horse').toString('base64')
  const ask = { protocol: 'pop3', login: 'taro@one.example', password, peer: '', tls: true }
  const kept = () => cell.directory.accounts.get(taro(cell))?.credential
  const before = kept()
  assert.equal((await authenticate(ask, 'gate')).is, 'answered')
  for (let wait = 0; wait < 100 && kept() === before; wait += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(kept()?.params.t, 2)
  assert.equal((await authenticate(ask, 'gate')).is, 'answered')
})

test('a vault that says yes to everything opens nothing', async () => {
  await using cell = await startCellWithTaro()
  const lying: Door<VaultVerbs> = {
    async ask(verb, ask) {
      const reply = await cell.wardenParts.vault.ask(verb, ask)
      if (verb !== 'unwrap') return reply
      return { is: 'answered', answer: { innerWrap: Buffer.alloc(61, 1).toString('base64') } } as never
    },
  }
  const { authenticate } = wardenHandlers({ ...cell.wardenParts, vault: lying })
  const ask = { protocol: 'imap', login: 'taro@one.example', password: '', peer: '', tls: true }
  await assert.rejects(async () => authenticate(ask, 'gate'), { code: 'corrupt' })
})

test('the gate can only log in, the desk can not', async () => {
  await using cell = await startCellWithTaro()
  const handlers = wardenHandlers(cell.wardenParts)
  await assert.rejects(async () => handlers.newAccount({}, 'gate'), { code: 'misconfigured' })
  await assert.rejects(async () => handlers.authenticate({}, 'desk'), { code: 'misconfigured' })
})

test('hashing is bounded at work and in the queue, and logins go before the desk', async () => {
  const order: string[] = []
  const release: (() => void)[] = []
  const hash = boundedHasher(async (password) => {
    await new Promise<void>((resolve) => void release.push(resolve))
    order.push(Buffer.from(password.declassify()).toString())
    return Buffer.alloc(64)
  }, 1)
  const ask = (lane: 'login' | 'desk', name: string) => hash(lane, secret(Buffer.from(name)), Buffer.alloc(16), cheapParams)
  const all = [ask('login', 'first'), ask('desk', 'desk'), ask('login', 'second')]
  const full = Array.from({ length: waitingMax - 1 }, (_, at) => ask('login', `more ${at}`))
  assert.equal(await ask('login', 'one too many'), undefined)
  for (let n = 0; n < all.length + full.length; n += 1) {
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve))
    release.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all([...all, ...full])
  assert.deepEqual([order[0], order[1], order.at(-1)], ['first', 'second', 'desk'])
})

test('new passwords are eight bytes or more and none that everybody tries first', () => {
  const may = (password: string) => passwordRule(secret(Buffer.from(password)), 'taro.yamada@one.example')
  const flawed = {
    tooShort: ['', 'short', 'é'.repeat(3)], tooLong: ['x'.repeat(257), 'あ'.repeat(86)],
    common: ['password', 'Password123', '12345678', 'ｐａｓｓｗｏｒｄ'], ownName: ['Taro.Yamada', 'taro.yamada@one.example'],
    controlCharacter: ['tab\tin between', 'nul\0in between', 'C1 \u0085 next line'],
  }
  for (const [flaw, passwords] of Object.entries(flawed)) for (const password of passwords) assert.equal(may(password), flaw, password)
  for (const password of ['correct horse', 'さくら咲く', 'x'.repeat(256)]) assert.equal(may(password), undefined, password)
})

test('an account keeps to its mailroom while that one is there', () => {
  const rooms = ['a', 'b', 'c'].map((name) => ({ name, publicKey: '', path: '' }))
  const accounts = Array.from({ length: 200 }, () => crypto.randomUUID() as never)
  const chosen = accounts.map((account) => mailroomFor(account, rooms).name)
  assert.deepEqual(new Set(chosen), new Set(['a', 'b', 'c']))
  const fewer = accounts.map((account) => mailroomFor(account, rooms.filter(({ name }) => name !== 'b')).name)
  assert.ok(chosen.every((name, at) => name === 'b' || name === fewer[at]))
  assert.throws(() => mailroomFor(accounts[0] as never, []), { code: 'doorAway' })
})
