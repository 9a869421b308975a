/** Plays every ManageSieve transcript against sessions in this process; and what JMAP and ManageSieve see of one another. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import { manageSieve } from '@bulkhead/front/managesieve/session.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { deliveryRulesOf, scriptChange, scriptsOf } from '@bulkhead/mail/rules/own-rules.ts'
import type { RulesPublisher } from '@bulkhead/mail/rules/publish.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import { commonOf, memoryAccount, testLimits } from './in-process.ts'
import { lineClient } from './line-client.ts'
import { play } from './player.ts'
import type { World } from './world.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'managesieve')
const directory = { identities: async () => [] }
const published: RulesPublisher = { publish: async () => 'published' }

const told: string[] = []
const tell = ({ kind, outcome = '' }: { readonly kind: string; readonly outcome?: string }): void => void told.push(`${kind} ${outcome}`)

const sieveWorld = (account: MailAccount, rules: RulesPublisher = published, logInAgain?: (unread: Buffer) => void): World => ({
  words: [['login', 'alice@one.example']],
  async connect() {
    const [ours, theirs] = duplexPair()
    const common = commonOf(ours, account.account, testLimits, new AbortController().signal)
    const gatehouse = () => logInAgain && { park: async () => false, logInAgain: async (unread: Buffer) => logInAgain(unread) }
    void manageSieve({ rules, directory, tell }).run({ ...common, gatehouse, account }).finally(() => ours.destroy())
    return lineClient(theirs)
  },
})

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const { account, close } = await memoryAccount()
    try {
      await play(transcript, sieveWorld(account))
    } finally {
      await close()
    }
  })
}

test('reception is given the active script after each change, and another session\u2019s change is seen', async () => {
  const { account, close } = await memoryAccount()
  const given: (string | null)[] = []
  const rules: RulesPublisher = {
    async publish(of, own) {
      given.push(deliveryRulesOf(of.state(), own).script)
      return 'published'
    },
  }
  await play(parseTranscript('S: OK *\nC: PUTSCRIPT "a" "keep;"\nS: OK *\nC: SETACTIVE "a"\nS: OK *\nC: PUTSCRIPT "a" "stop;"\nS: OK *'), sieveWorld(account, rules))
  assert.deepEqual(told, [], 'nothing is sent on')
  await play(parseTranscript('S: OK *\nC: PUTSCRIPT "a" "redirect \\"b@far.example\\";"\nS: OK *\nC: PUTSCRIPT "a" "stop;"\nS: OK *'), sieveWorld(account))
  assert.deepEqual(told, ['rules.forwarding on, by a script'])
  assert.deepEqual(given, [null, 'keep;', 'stop;'])
  const [script] = scriptsOf(account.state())
  assert.ok(script !== undefined)
  await account.setObjects([scriptChange({ ...script, name: 'by JMAP', isActive: false })])
  await play(parseTranscript('S: OK *\nC: LISTSCRIPTS\nS: "by JMAP"\nS: OK *'), sieveWorld(account))
  await close()
})

test('where the directory is away the client is told to come again, and the session goes on', async () => {
  const { account, close } = await memoryAccount()
  const rules: RulesPublisher = { publish: () => Promise.reject(new Fault('databaseAway', 'gone')) }
  await play(parseTranscript('S: OK *\nC: PUTSCRIPT "a" "keep;"\nS: NO (TRYLATER) *\nC: NOOP\nS: OK *'), sieveWorld(account, rules))
  await close()
})

test('a script that is too large is read past; what came after UNAUTHENTICATE goes back to the gate', async () => {
  const { account, close } = await memoryAccount()
  const back: string[] = []
  const client = await sieveWorld(account, published, (unread) => back.push(unread.toString())).connect()
  await client.line()
  const tooLarge = sieveLimits.scriptBytesMax + 1
  client.send(Buffer.concat([Buffer.from(`PUTSCRIPT "a" {${tooLarge}+}\r\n`), Buffer.alloc(tooLarge, 0x20), Buffer.from('\r\nNOOP\r\nUNAUTHENTICATE\r\nCAPABILITY\r\n')]))
  assert.match(await client.line(), /^NO \(QUOTA\/MAXSIZE\)/)
  assert.match(await client.line(), /^OK/)
  assert.match(await client.line(), /^OK "Nobody/)
  while (back.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(back, ['CAPABILITY\r\n'])
  await close()
})
