/**
 * Certificates of the platform's private authority (RFC 5280), for demonstration and for cells without one of their own.
 * ECDSA on P-256 with SHA-256. The authority signs for servers only.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4, isIP } from 'node:net'
import { bits, boolean, explicit, implicit, integer, objectId, octets, sequence, setOf, time, utf8String } from './der.ts'

export interface Issued {
  readonly certificate: string
  /** PKCS #8, PEM. */
  readonly key: string
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  subjectAltName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
} as const

const dayMs = 86_400_000
const backdatedMs = dayMs
const serialBytes = 16

const nameOf = (commonName: string): Buffer => sequence(setOf(sequence(objectId(oids.commonName), utf8String(commonName))))

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octets(value))

const publicBytes = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

/** SHA-1 of the public key, an identifier and not a proof (RFC 5280 section 4.2.1.2). */
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(publicBytes(key).subarray(-65)).digest()

const ipBytes = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [left = '', right] = address.split('::')
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'))
  const missing = 8 - groups(left).length - groups(right ?? '').length
  const all = right === undefined ? groups(left) : [...groups(left), ...Array.from({ length: missing }, () => '0'), ...groups(right)]
  return Buffer.concat(all.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')))
}

const alternativeNames = (names: readonly string[]): Buffer =>
  sequence(...names.map((name) => (isIP(name) === 0 ? implicit(2, Buffer.from(name, 'latin1')) : implicit(7, ipBytes(name)))))

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`

interface ToSign {
  readonly issuer: string
  readonly subject: string
  readonly subjectKey: KeyObject
  readonly signingKey: KeyObject
  readonly nowMs: number
  readonly days: number
  readonly extensions: readonly Buffer[]
}

const signed = ({ issuer, subject, subjectKey, signingKey, nowMs, days, extensions }: ToSign): string => {
  const algorithm = sequence(objectId(oids.ecdsaWithSha256))
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(serialBytes)])),
    algorithm,
    nameOf(issuer),
    sequence(time(new Date(nowMs - backdatedMs)), time(new Date(nowMs + days * dayMs))),
    nameOf(subject),
    publicBytes(subjectKey),
    explicit(3, sequence(...extensions)),
  )
  return pem('CERTIFICATE', sequence(body, algorithm, bits(sign('sha256', body, signingKey))))
}

const newKey = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

export const newAuthority = (commonName: string, nowMs: number): Issued => {
  const { publicKey, privateKey } = newKey()
  const certificate = signed({
    issuer: commonName, subject: commonName, subjectKey: publicKey, signingKey: privateKey, nowMs, days: 3_650,
    extensions: [
      extension(oids.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      extension(oids.keyUsage, true, bits(Buffer.from([0b0000_0110]), 1)),
      extension(oids.subjectKeyId, false, octets(keyId(publicKey))),
    ],
  })
  return { certificate, key: keyPem(privateKey) }
}

/** `names` are host names and addresses; the first becomes the subject. */
export const issueServer = (
  authority: { readonly commonName: string; readonly key: KeyObject },
  names: readonly string[],
  nowMs: number,
  days: number,
): Issued => {
  const { publicKey, privateKey } = newKey()
  const certificate = signed({
    issuer: authority.commonName, subject: names[0] ?? 'bulkhead', subjectKey: publicKey, signingKey: authority.key, nowMs, days,
    extensions: [
      extension(oids.basicConstraints, true, sequence()),
      extension(oids.keyUsage, true, bits(Buffer.from([0b1000_0000]), 7)),
      extension(oids.extendedKeyUsage, false, sequence(objectId(oids.serverAuth))),
      extension(oids.subjectAltName, false, alternativeNames(names)),
      extension(oids.subjectKeyId, false, octets(keyId(publicKey))),
      extension(oids.authorityKeyId, false, sequence(implicit(0, keyId(createPublicKey(authority.key))))),
    ],
  })
  return { certificate, key: keyPem(privateKey) }
}
