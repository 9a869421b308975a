/**
 * From one ISP to another: what a customer submits is signed with keys of the vault, and the other cell, which asks a real
 * validating resolver, finds SPF, DKIM and DMARC in order; what somebody else sends in the same name is refused.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { openImap, type ImapClient } from '../bench/load/imap.ts'
import { eventually, run } from '../clients/programs.ts'
import { drawnPort, startSignedZones, type SignedZones } from '../dns/signed-zones.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const password = 'correct-horse-battery'
const resolverPort = drawnPort()
const [sora, umi] = portBases['test/mailauth/journey']
const waitMs = 60_000
let platform: Platform
let zones: SignedZones
let reader: ImapClient

const settings = [`dns: { servers: ["127.0.0.1:${resolverPort}"] }`]
before(
  async () => {
    platform = await startPlatform({
      cells: [{ id: 'sora', name: 'Sora', portBase: sora, settings }, { id: 'umi', name: 'Umi', portBase: umi, settings }],
      routes: [{ domain: 'umi.example', host: '127.0.0.1', port: umi + 25 }],
    })
    const published: string[] = []
    for (const [isp, person] of [['sora', 'alice'], ['umi', 'bob']] as const) {
      await platform.must(['domain', 'add', isp, `${isp}.example`])
      await platform.must(['account', 'add', `${person}@${isp}.example`, '--password-stdin'], `${password}\n`)
      published.push(await platform.must(['domain', 'zone', `${isp}.example`]))
    }
    const texts = published.map((zone) => zone.replace(/p=(?:none|quarantine)/, 'p=reject'))
    zones = await startSignedZones([{ name: 'sora.example', is: 'signed', names: {}, text: texts[0] ?? '' }, { name: 'umi.example', is: 'signed', names: {}, text: texts[1] ?? '' }], resolverPort)
    await platform.must(['brand', 'policy', 'umi', '-', 'forged.consent=presumed'])
    reader = await openImap(umi + 143)
    await reader.run(`LOGIN bob@umi.example ${password}`)
    await reader.run('SELECT INBOX')
  },
  { timeout: 180_000 },
)
after(async () => {
  reader?.[Symbol.dispose]()
  await zones?.[Symbol.asyncDispose]()
  await platform?.[Symbol.asyncDispose]()
})

const swaks = (port: number, more: readonly string[], subject: string) =>
  run('/usr/bin/swaks', [
    '--server', '127.0.0.1', '--port', String(port), '--from', 'alice@sora.example', '--to', 'bob@umi.example', ...more,
    '--header', `Subject: ${subject}`, '--body', 'こんにちは  two  spaces \n\nend\n\n\n', '--h-From', 'Alice <alice@sora.example>',
  ])

const arrived = (subject: string): Promise<string> =>
  eventually(waitMs, async () => {
    await reader.run('NOOP')
    const uid = /\* SEARCH (\d+)/.exec((await reader.run(`UID SEARCH SUBJECT "${subject}"`, { keep: true })).text)?.[1]
    return uid === undefined ? undefined : (await reader.run(`UID FETCH ${uid} BODY.PEEK[HEADER]`, { keep: true })).text
  })

test('what a customer submits arrives with everything in order', { timeout: 120_000, skip: !existsSync('/usr/bin/swaks') }, async () => {
  const sent = await swaks(sora + 587, ['--tls', '--auth', 'PLAIN', '--auth-user', 'alice@sora.example', '--auth-password', password], 'genuine')
  assert.equal(sent.code, 0, sent.out)
  const header = (await arrived('genuine')).replace(/\r\n[ \t]+/g, ' ')
  const results = /^Authentication-Results: (.*)$/m.exec(header)?.[1] ?? header
  assert.match(results, /^mx\.umi\.example; spf=pass smtp\.mailfrom=alice@sora\.example; /)
  assert.match(results, /dkim=pass header\.d=sora\.example header\.s=\S+ header\.a=rsa-sha256/)
  assert.match(results, /dkim=pass header\.d=sora\.example header\.s=\S+ header\.a=ed25519-sha256/)
  assert.match(results, /dmarc=pass header\.from=sora\.example policy\.dmarc=reject$/)
})

test('what another sends in the same name is refused', { timeout: 120_000, skip: !existsSync('/usr/bin/swaks') }, async () => {
  const { code, out } = await swaks(umi + 25, ['--from', 'eve@elsewhere.example', '--local-interface', '127.0.0.9'], 'forged')
  assert.notEqual(code, 0)
  assert.match(out, /550 5\.7\.26 .*sora\.example/)
})
