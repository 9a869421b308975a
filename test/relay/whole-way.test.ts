/**
 * The whole way out of a running platform, every process its own: submission, vault, queue, courier, and the scout asking a
 * validating resolver. DANE at port 25 of a Postfix that DNS names, and a Postfix as smarthost that asks for a login (SASL by
 * Dovecot's auth).
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicKeyBytes } from '@bulkhead/flow/relay/dane/tlsa.ts'
import { lineClient } from '@bulkhead/flow/testing/line-client.ts'
import { testCertificate, testKey } from '@bulkhead/flow/testing/certificate.ts'
import { authorityName } from '@bulkhead/run/supervisor/tls-material.ts'
import { issueServer } from '@bulkhead/run/tls/certificate.ts'
import { startPostfix, type Postfix } from '../bench/peers/postfix.ts'
import { startSignedZones } from '../dns/signed-zones.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { outsidePort, portBases } from '../ports.ts'

const [portBase] = portBases['test/relay/whole-way']
const smarthostPort = outsidePort(portBase)
/** Mail to exchangers goes to port 25 and nowhere else, so it is an address nobody else listens at. */
const exchanger = '127.0.0.9'
const password = 'lantern harbour 42'
const smarthostPassword = 'secret-of-the-smarthost'
const sender = 'hanako@hikari.example'

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')
const rightKey = digestOf(publicKeyBytes(new X509Certificate(testCertificate)) ?? Buffer.alloc(0))
const hosts = { 'mx.right.example': rightKey, 'mx.wrong.example': digestOf(Buffer.from('another key')) }
const zone = Object.assign({}, ...Object.entries(hosts).map(([host, data]) => ({
  [host.slice(3)]: { MX: [{ preference: 10, host }] },
  [host]: { A: [exchanger] },
  [`_25._tcp.${host}`]: { TLSA: [{ usage: 3, selector: 1, matching: 1, data }] },
})))

/** Settings of a Postfix that shows this certificate, whose files are put into `folder`. */
const tls = (folder: string, { certificate, key }: { readonly certificate: string; readonly key: string }): string => {
  writeFileSync(join(folder, 'chain.pem'), `${key}\n${certificate}`, { mode: 0o600 })
  return `smtpd_tls_security_level = may\nsmtpd_tls_chain_files = ${folder}/chain.pem\nsmtpd_tls_loglevel = 1\n`
}

/** For a host that the platform can tell is the right one: signed by its own authority. */
const issued = (platform: Platform, host: string) =>
  issueServer({ commonName: authorityName, key: createPrivateKey(readFileSync(join(platform.data, 'ca', 'key.pem'))) }, [host], Date.now(), 30)

/** Dovecot's auth alone, at a socket where Postfix looks for it. */
const startAuth = (scratch: string): AsyncDisposable => {
  const root = join(scratch, 'auth')
  mkdirSync(root)
  const socket = join(scratch, 'smart', 'queue', 'private', 'auth')
  writeFileSync(join(root, 'dovecot.conf'), `
base_dir = ${root}/run
state_dir = ${root}/state
log_path = ${root}/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = static
  args = password=${smarthostPassword}
}
userdb {
  driver = static
  args = uid=8888 gid=8888 home=/nonexistent
}
service auth {
  unix_listener ${socket} {
    mode = 0666
  }
}
`)
  const master = spawn('/usr/sbin/dovecot', ['-F', '-c', join(root, 'dovecot.conf')], { stdio: 'ignore' })
  return {
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => master.once('exit', resolve))
      if (master.exitCode === null && master.kill('SIGTERM')) await gone
    },
  }
}

const submit = async (platform: Platform, to: string): Promise<void> => {
  using client = lineClient({ host: '127.0.0.1', port: platform.portOf('hikari', 587) })
  await client.reply()
  await client.ask('EHLO pc')
  assert.match(await client.ask(`AUTH PLAIN ${Buffer.from(`\0${sender}\0${password}`).toString('base64')}`), /^235/)
  assert.match(await client.ask(`MAIL FROM:<${sender}>`), /^250/)
  assert.match(await client.ask(`RCPT TO:<${to}>`), /^250/)
  assert.match(await client.ask('DATA'), /^354/)
  assert.match(await client.ask(`From: ${sender}\r\nSubject: to ${to}\r\n\r\nhello\r\n.`), /^250/)
}

const until = async <T>(claim: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (const giveUpMs = Date.now() + 90_000; ; await sleep(200)) {
    const found = await find()
    if (found !== undefined) return found
    assert.ok(Date.now() < giveUpMs, claim)
  }
}

const missing = ['/usr/sbin/postfix', '/usr/sbin/unbound', '/usr/sbin/dovecot'].find((program) => !existsSync(program))

test('mail leaves by DNS with DANE, waits where a host is not who DNS says, and goes by a smarthost that wants a login', {
  timeout: 300_000,
  skip: process.getuid?.() !== 0 ? 'needs root' : missing === undefined ? false : `needs ${missing}`,
}, async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'whole-way-'))
  const ending: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of ending.toReversed()) await end()
    rmSync(scratch, { recursive: true, force: true })
  })
  const ended = <T extends AsyncDisposable>(part: T): T => {
    ending.push(() => Promise.resolve(part[Symbol.asyncDispose]()))
    return part
  }
  chmodSync(scratch, 0o755)
  for (const name of ['mx', 'smart']) mkdirSync(join(scratch, name))
  const peer = (name: string, port: number, more: Omit<Parameters<typeof startPostfix>[2], 'transport'>): Promise<Postfix> =>
    startPostfix(join(scratch, name), port, { transport: 'discard:', ...more })
  const at = (name: string): string => join(scratch, name)
  ended(await peer('mx', 25, {
    address: exchanger,
    domain: 'right.example wrong.example',
    extra: `${tls(at('mx'), { certificate: testCertificate, key: testKey })}smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions =\n`,
  }))
  const { server } = ended(await startSignedZones([{ name: 'example', is: 'signed', names: zone }]))
  const platform = ended(await startPlatform({
    cells: [{ id: 'hikari', name: 'Hikari Net', portBase, settings: [`dns: { servers: ["127.0.0.1:${server.port}"] }`] }],
    routes: [
      { domain: 'smart.example', host: '127.0.0.1', port: smarthostPort, login: { name: 'hikari', password: smarthostPassword } },
      { domain: 'locked.example', host: '127.0.0.1', port: smarthostPort, login: { name: 'stranger', password: 'not this one' } },
    ],
  }))
  ended(await peer('smart', smarthostPort, {
    domain: 'none.example',
    extra: `${tls(at('smart'), issued(platform, '127.0.0.1'))}smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth
smtpd_tls_auth_only = yes\nmynetworks =\nsmtpd_relay_restrictions = permit_sasl_authenticated, reject\nsmtpd_recipient_restrictions =\ndefault_transport = discard:\n`,
  }))
  ended(startAuth(scratch))
  await platform.must(['domain', 'add', 'hikari', 'hikari.example'])
  await platform.must(['account', 'add', sender, '--password-stdin'], password)
  for (const domain of ['right.example', 'wrong.example', 'smart.example', 'locked.example']) await submit(platform, `bob@${domain}`)

  const traceOf = (domain: string, wanted: RegExp): Promise<string> => until(`${domain}: ${wanted}`, async () => {
    const { out } = await platform.cli(['trace', 'hikari', `bob@${domain}`])
    return wanted.test(out) ? out : undefined
  })
  const logOf = (name: string): string => readFileSync(join(scratch, name, 'mail.log'), 'utf8')
  await traceOf('right.example', /relayed[^]*tls: TLSv1\.3 dane/)
  assert.match(logOf('mx'), /TLS connection established[^]*to=<bob@right\.example>.*status=sent/)
  assert.match(await traceOf('wrong.example', /deferred/), /4\.7\.5/)
  assert.doesNotMatch(logOf('mx'), /wrong\.example>/)
  await traceOf('smart.example', /relayed/)
  assert.match(logOf('smart'), /sasl_method=PLAIN, sasl_username=hikari[^]*to=<bob@smart\.example>.*status=sent/)
  await traceOf('locked.example', /deferred/)
  assert.doesNotMatch(logOf('smart'), /to=<bob@locked\.example>/)
  assert.doesNotMatch(await platform.must(['queue', 'list', 'hikari']), /secret-of|not this one/)
})
