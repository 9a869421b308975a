import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { combine, split } from '@bulkhead/seal/shares.ts'
import { unwrapEscrow } from '@bulkhead/seal/wraps.ts'
import { startCell, startCellWithTaro, vaultBudgets, type Cell } from '@bulkhead/test/directory/cell.ts'
import { plainRows } from '@bulkhead/test/unsealed/plain-rows.ts'
import { deskHandlers } from './handlers.ts'
import { noticePace, noticesPerSecond } from './notice-pace.ts'

const refused = (refusal: string) => ({ is: 'refused', refusal })
const done = { is: 'answered', answer: {} }
const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
const taro = { address: 'taro@one.example' }
const only = <T>(items: Iterable<T>): T => {
  const [item] = items
  assert.ok(item !== undefined)
  return item
}
const account = (cell: Cell) => only(cell.directory.accounts.keys())

test('brands, domains and accounts are added once, by names that can be names', async () => {
  await using cell = await startCell()
  const { desk } = cell
  assert.deepEqual(await desk.ask('brandAdd', { brand: 'one', name: 'One' }), done)
  assert.deepEqual(await desk.ask('brandAdd', { brand: 'one', name: 'One' }), refused('exists'))
  assert.deepEqual(await desk.ask('brandAdd', { brand: 'O ne', name: 'One' }), refused('badName'))
  assert.deepEqual(await desk.ask('domainAdd', { domain: 'one.example', brand: 'two' }), refused('noSuchBrand'))
  assert.deepEqual(await desk.ask('domainAdd', { domain: 'no domain', brand: 'one' }), refused('badDomain'))
  assert.deepEqual(await desk.ask('domainAdd', { domain: 'One.Example', brand: 'one' }), done)
  assert.deepEqual(await desk.ask('domainList', {}), { is: 'answered', answer: { domains: [{ domain: 'one.example', brand: 'one' }] } })
  assert.deepEqual(await cell.accountAdd('taro@two.example', 'correct horse'), refused('noSuchDomain'))
  assert.deepEqual(await cell.accountAdd('not an address', 'correct horse'), refused('badAddress'))
  assert.deepEqual(await cell.accountAdd('taro@one.example', 'password'), refused('weakPassword'))
  assert.equal((await cell.accountAdd('taro@one.example', 'correct horse')).is, 'answered')
  assert.deepEqual(await cell.accountAdd('TARO@one.example', 'correct horse'), refused('exists'))
  assert.equal((await cell.accountAdd('a..b.@one.example', 'correct horse')).is, 'answered', 'odd dots are a name too')
  assert.deepEqual(await desk.ask('domainRemove', { domain: 'one.example' }), refused('notEmpty'))
})

test('an account has its journal and its quota, and is shown without its address', async () => {
  await using cell = await startCellWithTaro()
  assert.deepEqual(await cell.desk.ask('accountQuota', { ...taro, quotaBytes: 5_000 }), done)
  assert.deepEqual(await cell.desk.ask('accountMessages', { ...taro, quotaMessages: 70 }), done)
  assert.deepEqual(cell.life.journals.get(account(cell)), { quotaBytes: 5_000, open: true })
  const shown = await cell.granted('accountShow', taro)
  assert.deepEqual([shown.state, shown.brand, shown.quotaBytes, shown.quotaMessages, shown.address, shown.aliases], ['active', 'one', 5_000, 70, null, 0])
  assert.deepEqual(await cell.desk.ask('accountShow', { address: 'hanako@one.example' }), refused('noSuchAccount'))
})

test('an alias leads to the account, for logins as for mail, until it is taken away', async () => {
  await using cell = await startCellWithTaro()
  assert.deepEqual(await cell.desk.ask('aliasAdd', { ...taro, alias: 't.yamada@one.example' }), done)
  assert.deepEqual(await cell.desk.ask('aliasAdd', { ...taro, alias: 't.yamada@one.example' }), refused('exists'))
  assert.equal((await cell.login('t.yamada@one.example', 'correct horse')).is, 'answered')
  assert.deepEqual(await cell.desk.ask('aliasRemove', { alias: taro.address }), refused('notEmpty'))
  assert.deepEqual(await cell.desk.ask('aliasRemove', { alias: 't.yamada@one.example' }), done)
  assert.deepEqual(await cell.login('t.yamada@one.example', 'correct horse'), refused('wrong'))
})

test('addresses are listed for a reason, one by one, until the vault says enough', async () => {
  await using cell = await startCellWithTaro()
  for (const name of ['hanako', 'jiro', 'saburo']) await cell.accountAdd(`${name}@one.example`, 'correct horse')
  const ask = { after: null, limit: 10, showAddresses: true, reason: 'for taro@one.example himself' }
  const { accounts } = await cell.granted('accountList', ask)
  assert.equal(accounts.length, 4)
  assert.equal(accounts.filter(({ address }) => address !== null).length, vaultBudgets.addressesPerHour)
  await assert.rejects(cell.desk.ask('accountList', { ...ask, reason: ' ' }), { code: 'misconfigured' })
  const page = await cell.granted('accountList', { ...ask, limit: 3, showAddresses: false })
  assert.equal(page.accounts.length, 3)
  const rest = await cell.granted('accountList', { ...ask, after: page.next, showAddresses: false })
  assert.equal(rest.accounts.length, 1)
  assert.equal(rest.next, null)
  const told = cell.events.map((event) => JSON.stringify(event)).join('\n')
  assert.doesNotMatch(told, /@|taro|hanako/, 'no event holds an address')
  assert.match(told, /3 addresses, for … himself/)
})

test('a cancelled account: its key is destroyed, its rows and journal gone, its address never given out again', async () => {
  await using cell = await startCellWithTaro()
  const gone = account(cell)
  const stolen = only(cell.directory.accounts.values()).credential
  assert.deepEqual(await cell.desk.ask('accountState', { ...taro, state: 'cancelled' }), done)
  assert.deepEqual(await cell.login(taro.address, 'correct horse'), refused('wrong'))
  assert.equal(cell.directory.accounts.size + cell.life.journals.size, 0)
  assert.deepEqual(cell.blobsRemoved, [gone])
  assert.deepEqual(await cell.accountAdd(taro.address, 'correct horse'), refused('neverAgain'))
  assert.equal(cell.life.journals.size, 0, 'what the attempt made is taken back')
  assert.ok(stolen.sealed.length > 0)
  const rekey = await cell.deskVault.ask('rotate', { account: gone, step: 'rekey', credentials: [stolen.sealed], addresses: [] })
  assert.deepEqual(rekey, refused('noSuchAccount'))
})

test('cancelling that stops half way, at any step, is completed by cancelling again', async () => {
  for (const step of ['destroy', 'setState', 'removeJournal', 'removeAll', 'bury'] as const) {
    await using cell = await startCellWithTaro()
    const { deskParts, directory, life } = cell
    const crash = async (): Promise<never> => {
      throw new Error('crash')
    }
    const broken = deskHandlers({
      ...deskParts,
      vault: step === 'destroy' ? { ask: (verb, ask) => (verb === 'destroy' ? crash() : deskParts.vault.ask(verb, ask)) } : deskParts.vault,
      directory: step === 'setState' || step === 'bury' ? { ...directory, [step]: crash } : directory,
      life: step === 'removeJournal' ? { ...life, removeJournal: crash } : life,
      blobs: step === 'removeAll' ? { removeAll: crash } : deskParts.blobs,
    })
    await assert.rejects(async () => broken.accountState({ ...taro, state: 'cancelled' }, 'cli'), /crash/)
    assert.deepEqual(await cell.desk.ask('accountState', { ...taro, state: 'cancelled' }), done, step)
    assert.equal(cell.directory.accounts.size + cell.life.journals.size, 0, step)
  }
})

test('dormant and suspended people cannot sign in and come back', async () => {
  await using cell = await startCellWithTaro()
  for (const state of ['dormant', 'suspended'] as const) {
    assert.deepEqual(await cell.desk.ask('accountState', { ...taro, state }), done)
    assert.deepEqual(await cell.login(taro.address, 'correct horse'), refused('wrong'))
    assert.equal(cell.life.journals.get(account(cell))?.open, true, 'mail still arrives')
    assert.deepEqual(await cell.desk.ask('accountState', { ...taro, state: 'active' }), done)
    assert.equal((await cell.login(taro.address, 'correct horse')).is, 'answered')
  }
})

test('a forgotten password: two of three custodians bring the key back from escrow, and the mail key stays', async () => {
  const recovery = realSealing.newKeyPair()
  const shares = split(recovery.privateKey, 2, 3)
  await using cell = await startCellWithTaro({ escrowPublicKey: recovery.publicKey })
  const { escrow } = await cell.granted('escrowOf', { ...taro, reason: 'forgotten, ticket 12' })
  assert.equal(combine(shares.slice(0, 1)).is, 'refused')
  const combined = combine([shares[2], shares[0]].filter((share) => share !== undefined))
  assert.ok(combined.is === 'whole')
  const privateKey = unwrapEscrow(realSealing, combined.secret, account(cell), Buffer.from(escrow, 'base64'))
  assert.deepEqual(realSealing.publicKeyOf(privateKey), only(cell.directory.accounts.values()).row.publicKey)
  const reset = (key: Uint8Array) => cell.desk.ask('passwordReset', { ...taro, privateKey: encode(key), newPassword: encode('battery staple') })
  assert.deepEqual(await reset(realSealing.newKeyPair().privateKey.declassify()), refused('wrong'))
  await cell.granted('credentialsKill', { scope: 'account', of: taro.address })
  assert.deepEqual(cell.cutOff, [['accountsShut', account(cell)]])
  assert.deepEqual(await reset(privateKey.declassify()), done)
  assert.deepEqual(await cell.login(taro.address, 'correct horse'), refused('wrong'))
  const login = await cell.login(taro.address, 'battery staple')
  assert.ok(login.is === 'answered')
  assert.equal(cell.openPass(login.answer).privateKey, encode(privateKey.declassify()))
  const told = cell.events.find(({ kind }) => kind === 'desk.escrowOf')
  assert.deepEqual([told?.outcome, told?.subject], ['granted: forgotten, ticket 12', account(cell)])
})

test('an ISP without escrow has none to give', async () => {
  await using cell = await startCellWithTaro()
  assert.deepEqual(await cell.desk.ask('escrowOf', { ...taro, reason: 'forgotten' }), refused('noEscrow'))
})

test('a stolen copy of the directory is useless after rekey, with the right password and the live vault', async () => {
  await using cell = await startCellWithTaro()
  const row = only(cell.directory.accounts.values())
  const stolen = row.credential
  const anew = await cell.deskVault.ask('rotate', { account: account(cell), step: 'rekey', credentials: [stolen.sealed], addresses: [] })
  assert.ok(anew.is === 'answered')
  row.credential = { ...stolen, sealed: only(anew.answer.credentials) }
  await cell.deskVault.ask('rotate', { account: account(cell), step: 'settle', credentials: [], addresses: [] })
  assert.equal((await cell.login(taro.address, 'correct horse')).is, 'answered')
  row.credential = stolen
  assert.deepEqual(await cell.login(taro.address, 'correct horse'), refused('wrong'))
})

test('nothing the directory holds tells an address or a verifier; in the unsealed image it does', async () => {
  const kept = (cell: Cell): string => {
    const { row, credential } = only(cell.directory.accounts.values())
    return [row.address.sealed, credential.sealed].map((text) => Buffer.from(text, 'base64').toString('latin1')).join()
  }
  await using sealed = await startCellWithTaro()
  assert.doesNotMatch(kept(sealed), /taro/)
  await using unsealed = await startCellWithTaro({ rows: plainRows })
  assert.match(kept(unsealed), /taro@one\.example/)
  assert.equal((await unsealed.login(taro.address, 'correct horse')).is, 'answered')
})

test('a vault that is away is a fault, and everything goes on when it is back', async () => {
  await using cell = await startCellWithTaro()
  const stopped = knock<VaultVerbs>(`${cell.files}/nobody-there`)
  const handlers = deskHandlers({ ...cell.deskParts, vault: stopped })
  await assert.rejects(async () => handlers.accountShow(taro, 'cli'), { code: 'doorAway' })
  stopped[Symbol.dispose]()
  await cell.restartVault()
  assert.equal((await cell.login(taro.address, 'correct horse')).is, 'answered')
})

test('the rules of an account are switched off and on again, and the ledger hears of it', async () => {
  await using cell = await startCellWithTaro()
  assert.deepEqual(await cell.granted('rulesShow', taro), { hasRules: false, isOff: false })
  assert.deepEqual(await cell.desk.ask('rulesSwitch', { ...taro, off: true }), done)
  assert.deepEqual(await cell.granted('rulesShow', taro), { hasRules: false, isOff: true })
  assert.deepEqual(await cell.desk.ask('rulesSwitch', { ...taro, off: false }), done)
  assert.deepEqual(await cell.granted('rulesShow', taro), { hasRules: false, isOff: false })
  assert.ok(cell.events.some(({ kind, subject, outcome }) => kind === 'desk.rulesSwitch' && subject === account(cell) && outcome === 'granted: off'))
})

test('how mail is judged is decided for ISP, brand and person, and every decision of a person is written down', async () => {
  await using cell = await startCellWithTaro()
  const { desk } = cell
  assert.deepEqual(await desk.ask('filterSetting', { brand: '', key: 'spam.mode', value: 'perhaps' }), refused('badSetting'))
  assert.deepEqual(await desk.ask('filterSetting', { brand: '', key: 'no.such', value: 'on' }), refused('badSetting'))
  assert.deepEqual(await desk.ask('filterSetting', { brand: 'two', key: 'spam.mode', value: 'mark' }), refused('noSuchBrand'))
  assert.deepEqual(await desk.ask('filterSetting', { brand: 'one', key: 'spam.mode', value: 'mark' }), done)
  const policy = await cell.granted('filterPolicy', { brand: 'one' })
  assert.deepEqual(policy.settings.filter(({ decided }) => decided), [{ key: 'spam.mode', value: 'mark', decided: true }])
  assert.deepEqual(await desk.ask('filterPolicy', { brand: 'two' }), refused('noSuchBrand'))
  assert.deepEqual(await desk.ask('filterChoice', { ...taro, stage: 'spam', choice: 'on' }), done)
  assert.deepEqual(await desk.ask('filterEntry', { ...taro, list: 'deny', entry: 'Mallory@Far.Example', adds: true }), done)
  assert.deepEqual(await desk.ask('filterEntry', { ...taro, list: 'deny', entry: 'mallory@far.example', adds: true }), refused('exists'))
  assert.deepEqual(await desk.ask('filterEntry', { ...taro, list: 'deny', entry: 'no entry', adds: true }), refused('badEntry'))
  assert.deepEqual(await desk.ask('filterEntry', { address: null, list: 'allow', entry: 'far.example', adds: true }), done)
  assert.deepEqual(await desk.ask('filterEntry', { address: null, list: 'allow', entry: 'near.example', adds: false }), refused('noSuchEntry'))
  const { stages, denied, decisions } = await cell.granted('filterShow', taro)
  assert.deepEqual([stages.find(({ stage }) => stage === 'spam')?.mode, denied], ['mark', 1])
  assert.deepEqual(decisions.map(({ what, value, caller }) => [what, value, caller]), [['deny', 'added', 'cli'], ['spam', 'on', 'cli']])
  assert.ok(cell.events.some(({ kind, subject, outcome }) => kind === 'desk.filterChoice' && subject === account(cell) && outcome === 'granted: spam on'))
  assert.ok(!JSON.stringify(cell.events).includes('far.example'))
})

test('an account is let send as another address of its brand, and stopped', async () => {
  await using cell = await startCellWithTaro()
  await cell.accountAdd('info@one.example', 'correct horse')
  const ask = { as: 'info@one.example', ...taro }
  assert.deepEqual(await cell.desk.ask('identityAdd', ask), done)
  assert.deepEqual(await cell.desk.ask('identityAdd', ask), refused('exists'))
  assert.deepEqual(await cell.desk.ask('identityAdd', { ...ask, as: 'info' }), refused('badAddress'))
  assert.deepEqual(await cell.desk.ask('identityAdd', { ...ask, address: 'nobody@one.example' }), refused('noSuchAccount'))
  assert.deepEqual(await cell.desk.ask('identityRemove', ask), done)
  assert.deepEqual(await cell.desk.ask('identityRemove', ask), refused('noSuchIdentity'))
})

test('plans are made, given, counted and removed; what an account sends is shown, held and let go', async () => {
  await using cell = await startCellWithTaro()
  const [ordinary] = (await cell.granted('planList', {})).plans
  assert.ok(ordinary?.plan === 'ordinary')
  const limits = { ...ordinary.limits, messagesPerDay: null, priorityMax: 6 }
  assert.deepEqual(await cell.desk.ask('planSet', { plan: 'gold', limits }), done)
  assert.deepEqual(await cell.desk.ask('planSet', { plan: 'Not A Name', limits }), refused('badName'))
  await assert.rejects(cell.desk.ask('planSet', { plan: 'gold', limits: { ...limits, priorityMax: 10 } }), { code: 'misconfigured' })
  await assert.rejects(cell.desk.ask('planSet', { plan: 'gold', limits: { ...limits, recipientsPerMessage: 0 } }), { code: 'misconfigured' })
  assert.deepEqual(await cell.desk.ask('planGive', { plan: 'gold', brand: '', ...taro }), done)
  assert.deepEqual(await cell.desk.ask('planGive', { plan: 'lead', brand: '', ...taro }), refused('noSuchPlan'))
  assert.equal((await cell.granted('planList', {})).plans.find(({ plan }) => plan === 'gold')?.accounts, 1)
  assert.deepEqual(await cell.desk.ask('planRemove', { plan: 'gold' }), refused('planInUse'))
  assert.deepEqual(await cell.desk.ask('sendingHold', { ...taro, held: true }), { is: 'answered', answer: { recipients: 0 } })
  const shown = await cell.granted('sendingShow', taro)
  assert.deepEqual([shown.plan, shown.held], ['gold', true])
  await cell.granted('sendingHold', { ...taro, held: false })
  await cell.granted('planGive', { plan: '', brand: '', ...taro })
  assert.deepEqual(await cell.desk.ask('planRemove', { plan: 'gold' }), done)
  assert.deepEqual(await cell.desk.ask('planRemove', { plan: 'ordinary' }), refused('planInUse'))
})

test('what others report of a domain is shown for the days asked for, of domains of ours alone', async () => {
  await using cell = await startCellWithTaro()
  const report = { kind: 'dmarc', domain: 'one.example', authenticated: true, from: 'big.example', id: '7', summary: '{"messages":3}' } as const
  cell.reports.push({ ...report, beginMs: cell.clock.now() - 86_400_000 }, { ...report, id: '8', beginMs: cell.clock.now() - 20 * 86_400_000 })
  const { reports } = await cell.granted('reportsOf', { domain: 'one.example', days: 14 })
  assert.deepEqual(reports.map(({ id, day, summary }) => [id, day, summary]), [['7', '2026-11-20', '{"messages":3}']])
  assert.deepEqual(await cell.desk.ask('reportsOf', { domain: 'two.example', days: 14 }), refused('noSuchDomain'))
})

test('whose pseudonym it is is told for a reason, and to the ledger', async () => {
  await using cell = await startCellWithTaro()
  await cell.accountAdd('hanako@one.example', 'correct horse')
  const pseudonym = cell.deskParts.pseudonym(account(cell))
  const found = await cell.granted('accountWho', { pseudonym, reason: 'five complaints' })
  assert.deepEqual([found.account, found.address, found.state], [account(cell), 'taro@one.example', 'active'])
  assert.ok(cell.events.some(({ kind, outcome, subject }) => kind === 'desk.accountWho' && outcome === 'granted: five complaints' && subject === account(cell)))
  for (const other of ['p_unknown', 'taro@one.example', '']) {
    assert.deepEqual(await cell.desk.ask('accountWho', { pseudonym: other, reason: 'x' }), refused('noSuchAccount'))
  }
  await assert.rejects(cell.desk.ask('accountWho', { pseudonym, reason: '' }), { code: 'misconfigured' })
})

const notice = {
  notice: 'maintenance-1', to: null, after: null, brand: '', from: '', subject: 'メンテナンスのお知らせ', text: '停止します。', language: 'ja', atMs: 0, reason: 'for taro@one.example',
} as const

test('a notice goes to everybody page by page, opens no address, and says why in the ledger', async () => {
  await using cell = await startCellWithTaro()
  for (let number = 0; number < 101; number += 1) await cell.accountAdd(`p${number}@one.example`, 'correct horse')
  cell.events.length = 0
  const first = await cell.granted('noticeSend', notice)
  assert.deepEqual([first.stored, first.next !== null], [100, true])
  const second = await cell.granted('noticeSend', { ...notice, after: first.next })
  assert.deepEqual([second.stored, second.next], [2, null])
  const [asked] = cell.notices
  const message = Buffer.from(asked?.message ?? '', 'base64').toString()
  assert.match(message, /^From: One <postmaster@one\.example>\r$/m)
  assert.doesNotMatch(message, /taro|p1@/)
  assert.equal(new Set(cell.notices.flatMap(({ recipients }) => recipients.map(({ account: whose }) => whose))).size, 102)
  assert.deepEqual(cell.events.map(({ kind, outcome }) => [kind, outcome]), [
    ['desk.noticeSend', 'granted: notice maintenance-1 to 100: for …'], ['desk.noticeSend', 'granted: notice maintenance-1 to 2: for …'],
  ], 'and the vault opened nothing')
})

test('notices have a pace, a text, a person who is there, and a platform that runs', async () => {
  await using cell = await startCellWithTaro()
  const one = { ...notice, to: taro.address }
  assert.equal((await cell.granted('noticeSend', one)).stored, 1)
  assert.deepEqual(await cell.desk.ask('noticeSend', { ...one, subject: 'a\r\nBcc: x@y.example' }), refused('badNotice'))
  assert.deepEqual(await cell.desk.ask('noticeSend', { ...one, text: ' ' }), refused('badNotice'))
  assert.deepEqual(await cell.desk.ask('noticeSend', { ...one, from: 'no address' }), refused('badNotice'))
  assert.deepEqual(await cell.desk.ask('noticeSend', { ...one, to: 'nobody@one.example' }), refused('noSuchAccount'))
  await assert.rejects(cell.desk.ask('noticeSend', { ...one, reason: ' ' }), { code: 'misconfigured' })
  const stopped = deskHandlers({ ...cell.deskParts, intake: null })
  assert.deepEqual(await stopped.noticeSend(one, 'cli'), refused('notRunning'))
  const spent = deskHandlers({ ...cell.deskParts, noticePace: { take: () => false } })
  assert.deepEqual(await spent.noticeSend(one, 'cli'), refused('overBudget'))
})

test('the pace of notices lets a burst go and then so many a second', () => {
  const clock = manualClock(0)
  const pace = noticePace(clock)
  let taken = 0
  while (pace.take(100)) taken += 100
  assert.equal(taken, 2 * noticesPerSecond)
  clock.advance(500)
  assert.deepEqual([pace.take(noticesPerSecond / 2), pace.take(1)], [true, false])
})
