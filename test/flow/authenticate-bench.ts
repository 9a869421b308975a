/**
 * What checking a message's origin costs, in CPU time of this process beyond DNS, which answers from a table here.
 * `node test/flow/authenticate-bench.ts [messages] [bytes]`
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { systemClock } from '@bulkhead/base/clock.ts'
import { authentication } from '@bulkhead/flow/authentication/authenticate.ts'
import { zoneDns } from '@bulkhead/flow/testing/zone.ts'
import { arcSeal } from '@bulkhead/wire/mailauth/arc-seal.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { readHeader } from '@bulkhead/wire/mailauth/header-fields.ts'
import type { SignerName } from '@bulkhead/wire/mailauth/signing.ts'
import { generatedMail } from '../bench/mails.ts'

const [, , messages = '500', bytes = '10240'] = process.argv
const turns = 20
const domain = 'hikari.example'
const rsaName = { selector: 'r1', algorithm: 'rsa-sha256' } as const
const edName = { selector: 'e1', algorithm: 'ed25519-sha256' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ed = generateKeyPairSync('ed25519')

const by = (key: KeyObject, text: Buffer): string => (key === ed.privateKey ? sign(null, createHash('sha256').update(text).digest(), key) : sign('sha256', text, key)).toString('base64')
const keyOf = (selector: string): KeyObject => (selector === 'e1' ? ed.privateKey : rsa.privateKey)
const hashOf = (message: Buffer): Buffer => {
  const digest = bodyDigest()
  digest.update(message.subarray(readHeader(message).bodyStart))
  return digest.digest()
}
const signing = (message: Buffer, signers: readonly SignerName[]) => dkimSignature({ domain, signers, header: message, bodyHash: hashOf(message), atMs: Date.now() })
const signed = (message: Buffer, signers: readonly SignerName[]): Buffer => {
  const { toSign, fields } = signing(message, signers)
  return Buffer.concat([Buffer.from(fields(toSign.map((one) => by(keyOf(one.selector), one.bytes)))), message])
}
const sealed = (message: Buffer, chain: 'none' | 'pass'): Buffer => {
  const sealing = arcSeal({ domain, signer: rsaName, header: message, bodyHash: hashOf(message), chain, results: ` ${domain}; dkim=pass`, atMs: Date.now() })
  if (sealing === undefined) throw new Error('not sealed')
  const { toSign, fields } = sealing.sealed(by(rsa.privateKey, sealing.toSign.bytes))
  return Buffer.concat([Buffer.from(fields(by(rsa.privateKey, toSign.bytes))), message])
}

const dns = zoneDns({
  [domain]: { TXT: ['v=spf1 include:_spf.hikari.example ip4:192.0.2.0/24 -all'] }, '_spf.hikari.example': { TXT: ['v=spf1 ip4:198.51.100.0/24 ~all'] },
  [`_dmarc.${domain}`]: { TXT: ['v=DMARC1; p=reject; rua=mailto:d@hikari.example'] },
  [`r1._domainkey.${domain}`]: { TXT: [`v=DKIM1; p=${rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`] },
  [`e1._domainkey.${domain}`]: { TXT: [`v=DKIM1; k=ed25519; p=${Buffer.from(ed.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`] },
})
const authenticator = authentication(dns, systemClock)
const authenticate = (message: Buffer) => authenticator.begin({ peer: '192.0.2.1', helo: 'mail.hikari.example', reversePath: `a@${domain}`, by: 'mx.isp.example' }).end(message)

/** Signed by the From domain: DMARC decides by it. */
const mails = Array.from({ length: Number(messages) }, (_, at) => Buffer.from(generatedMail(at, Number(bytes)).toString('latin1').replace(/^From: .*$/m, `From: a@${domain}`), 'latin1'))
const withRsa = mails.map((mail) => signed(mail, [rsaName]))
const withBoth = mails.map((mail) => signed(mail, [rsaName, edName]))
const withSeals = withRsa.map((mail) => sealed(sealed(mail, 'none'), 'pass'))

/** Microseconds a message, the least of the turns. */
const cost = async (of: readonly Buffer[], work: (mail: Buffer) => unknown): Promise<string> => {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < turns; turn += 1) {
    const before = process.cpuUsage()
    for (const mail of of) await work(mail)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / of.length)
  }
  return least.toFixed(1).padStart(8)
}

const first = await authenticate(withSeals[0] ?? Buffer.alloc(0))
if (first.dkim[0]?.result !== 'pass' || first.dmarc.result !== 'pass' || first.arc.result !== 'pass') throw new Error(first.field)
const rows: readonly (readonly [name: string, of: readonly Buffer[], work: (mail: Buffer) => unknown])[] = [
  ['no signature', mails, authenticate],
  ['one DKIM signature (RSA 2048)', withRsa, authenticate],
  ['two (RSA and Ed25519)', withBoth, authenticate],
  ['one, and ARC sealed twice', withSeals, authenticate],
  ['  the relaxed body hash alone', mails, hashOf],
  ['to be signed twice, without the keys', mails, (mail) => signing(mail, [rsaName, edName])],
]
for (const [name, of, work] of rows) process.stdout.write(`${name.padEnd(38)} ${await cost(of, work)} µs\n`)
