/** TLSA records (RFC 6698) as SMTP may use them (RFC 7672 section 3.1), and what of a certificate they are compared with. Pure. */
import { createHash, type X509Certificate } from 'node:crypto'
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import type { DnsRecords } from '@bulkhead/door/contracts/scout.ts'

export interface Tlsa {
  /** 2: the trust anchor of a chain; 3: the server's own certificate. */
  readonly usage: 2 | 3
  /** 0: the whole certificate; 1: its public key. */
  readonly selector: 0 | 1
  /** 0: the bytes; 1: their SHA-256; 2: their SHA-512. */
  readonly matching: 0 | 1 | 2
  readonly data: Buffer
}

/** Records of one name that are looked at, and bytes of one: a whole certificate may be in it. */
export const tlsaRecordsMax = 32
const dataBytesMax = 16_384

const digestBytes = { 1: 32, 2: 64 } as const

/** Undefined for what SMTP can't use: PKIX usages (RFC 7672 section 3.1.3), unknown numbers, digests of another length. */
const usable = ({ usage, selector, matching, data: text }: DnsRecords['TLSA']): Tlsa | undefined => {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1)) return undefined
  if (matching !== 0 && matching !== 1 && matching !== 2) return undefined
  const data = fromBase64(text, dataBytesMax)
  if (data === undefined || data.length === 0 || (matching !== 0 && data.length !== digestBytes[matching])) return undefined
  return { usage, selector, matching, data }
}

export const usableRecords = (records: readonly DnsRecords['TLSA'][]): readonly Tlsa[] =>
  records.slice(0, tlsaRecordsMax).map(usable).filter((record) => record !== undefined)

/** As RFC 8460 writes it down. */
export const tlsaText = ({ usage, selector, matching, data }: Tlsa): string => `${usage} ${selector} ${matching} ${data.toString('hex')}`

interface Element {
  readonly start: number
  readonly contentAt: number
  readonly end: number
}

/** Tag, length and content at `at`; of a certificate that OpenSSL has read already, so that lengths are definite. */
const element = (der: Buffer, at: number): Element | undefined => {
  const first = der[at + 1]
  if (first === undefined) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 4 || at + 2 + lengthBytes > der.length) return undefined
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
  const contentAt = at + 2 + lengthBytes
  return contentAt + length > der.length ? undefined : { start: at, contentAt, end: contentAt + length }
}

const versionTag = 0xa0
/** Serial number, signature algorithm, issuer, validity, subject: what stands before the key (RFC 5280 section 4.1). */
const fieldsBeforeKey = 5

/** `subjectPublicKeyInfo` as it stands in the certificate, bit for bit; undefined where it can't be found. */
export const publicKeyBytes = ({ raw }: Pick<X509Certificate, 'raw'>): Buffer | undefined => {
  const certificate = element(raw, 0)
  const body = certificate === undefined ? undefined : element(raw, certificate.contentAt)
  if (body === undefined) return undefined
  let at: number | undefined = raw[body.contentAt] === versionTag ? element(raw, body.contentAt)?.end : body.contentAt
  for (let field = 0; field < fieldsBeforeKey && at !== undefined; field += 1) at = element(raw, at)?.end
  const key = at === undefined ? undefined : element(raw, at)
  return key === undefined ? undefined : raw.subarray(key.start, key.end)
}

/** RFC 6698 section 2.1.2, 2.1.3. */
export const matches = ({ selector, matching, data }: Tlsa, certificate: X509Certificate): boolean => {
  const selected = selector === 0 ? certificate.raw : publicKeyBytes(certificate)
  if (selected === undefined) return false
  if (matching === 0) return selected.equals(data)
  return createHash(matching === 1 ? 'sha256' : 'sha512').update(selected).digest().equals(data)
}
