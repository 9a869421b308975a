/**
 * The same delivery with and without the question who a message is from: two cells of a platform of its own, one of which
 * has a resolver. SPF, DKIM (RSA, 2048 bits), DMARC and ARC are checked on every message; DNS is answered from a table.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { fromZone, tinyDns } from '@bulkhead/flow/testing/dns-server.ts'
import { plantAccounts, startPlatform, type Platform } from '../../platform/platform.ts'
import { domain, logins, medianOf, password, type RowGroup } from '../bench.ts'
import { generatedMail } from '../mails.ts'
import type { Target } from '../target.ts'
import { deliveryRate } from './delivery.ts'

const selector = 's2026'
const from = 'peer.example'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

const zone = {
  [from]: { TXT: ['v=spf1 ip4:127.0.0.1 -all'], MX: [{ preference: 10, host: `mx.${from}` }] },
  [`_dmarc.${from}`]: { TXT: ['v=DMARC1; p=reject'] },
  [`${selector}._domainkey.${from}`]: { TXT: [`v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`] },
}

/** As its sender's MTA sends it. */
const signedMail = (number: number): Buffer => {
  const message = generatedMail(number, 10_240)
  const digest = bodyDigest()
  digest.update(message.subarray(message.indexOf('\r\n\r\n') + 4))
  const signing = dkimSignature({ domain: from, signers: [{ selector, algorithm: 'rsa-sha256' }], header: message, bodyHash: digest.digest(), atMs: 0 })
  const signatures = signing.toSign.map(({ bytes }) => sign('sha256', bytes, privateKey).toString('base64'))
  return Buffer.concat([Buffer.from(signing.fields(signatures)), message])
}

const targetOf = (platform: Platform, cell: string): Target => ({
  name: cell,
  entry: { port: platform.portOf(cell, 25), lmtp: false },
  imap: { port: platform.portOf(cell, 143), tlsPort: null },
  pid: platform.pid,
  addressOf: (login) => `${login}@${cell}.${domain}`,
  loginOf: (login) => `"${login}@${cell}.${domain}" ${password}`,
})

export const judged: RowGroup = {
  name: 'judged',
  about: 'the same delivery, with SPF, DKIM, DMARC and ARC checked and without',
  async measure({ messages, rounds, say }) {
    await using dns = await tinyDns(fromZone(zone))
    const cells = [
      { id: 'unasked', name: 'Unasked', portBase: 17_500, settings: ['limits: { connectionsPerPeer: 5000 }'] },
      { id: 'asked', name: 'Asked', portBase: 16_500, settings: ['limits: { connectionsPerPeer: 5000 }', `dns: { servers: ["127.0.0.1:${dns.server.port}"] }`] },
    ]
    await using platform = await startPlatform({ cells, metricsPort: 17_464 })
    const mails = Array.from({ length: messages }, (_, number) => signedMail(number))
    const rateOf = async (cell: string): Promise<number> => {
      await plantAccounts(platform, cell, `${cell}.${domain}`, logins, password)
      const rate = await medianOf(rounds, () => deliveryRate(targetOf(platform, cell), messages, (number) => mails[number] ?? Buffer.alloc(0)))
      say(`judged, ${cell}: ${Math.round(rate)} messages/s`)
      return rate
    }
    const unasked = await rateOf('unasked')
    return [{
      name: 'durable delivery of signed messages, SPF, DKIM, DMARC and ARC checked', unit: 'messages/s', more: true,
      ours: await rateOf('asked'), peers: { 'Bulkhead, not checked': unasked },
    }]
  },
}
