/** The TXT record that shows a DKIM key (RFC 6376 section 3.6.1, RFC 8463 section 4), made and compared. */
import type { Signer, SignerAlgorithm } from '@bulkhead/door/contracts/vault.ts'

export interface KeyRecord {
  /** Without a final dot. */
  readonly name: string
  /** The record's strings, each at most 255 octets (RFC 1035 section 3.3.14). */
  readonly strings: readonly string[]
}

const stringOctetsMax = 255
const tagsMax = 16
const keyTypes: Readonly<Record<SignerAlgorithm, string>> = { 'rsa-sha256': 'rsa', 'ed25519-sha256': 'ed25519' }

const split = (text: string): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / stringOctetsMax) }, (_, at) => text.slice(at * stringOctetsMax, (at + 1) * stringOctetsMax))

export const keyRecordName = (domain: string, selector: string): string => `${selector}._domainkey.${domain}`

export const keyRecord = (domain: string, { selector, algorithm, publicKey }: Signer): KeyRecord => ({
  name: keyRecordName(domain, selector),
  strings: split(`v=DKIM1; k=${keyTypes[algorithm]}; p=${publicKey}`),
})

/** As a line of a zone file (RFC 1035 section 5.1). */
export const zoneLine = ({ name, strings }: KeyRecord): string => `${name}. IN TXT ${strings.map((string) => `"${string}"`).join(' ')}`

/** Whether a TXT record, its strings joined, shows this very key; blanks inside tags do not count (RFC 6376 section 3.2). */
export const showsKey = (txt: string, { algorithm, publicKey }: Signer): boolean => {
  const tags = new Map(txt.split(';', tagsMax).map((tag) => {
    const at = tag.indexOf('=')
    return [tag.slice(0, Math.max(0, at)).trim(), tag.slice(at + 1).replace(/\s+/g, '')] as const
  }))
  return (tags.get('v') ?? 'DKIM1') === 'DKIM1' && (tags.get('k') ?? 'rsa') === keyTypes[algorithm] && tags.get('p') === publicKey
}
