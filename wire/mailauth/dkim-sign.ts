/**
 * Signs with DKIM (RFC 6376 section 5): relaxed/relaxed, what readers see over-signed, so that nobody can add a second From
 * or Subject. Keys are elsewhere: bytes go out to be signed, signatures come back and become fields.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { relaxedField, unsignedField } from './canonical-header.ts'
import { foldedTags } from './folded-tags.ts'
import { readHeader, type Header } from './header-fields.ts'
import { coveredFields } from './signed-message.ts'
import { signersMax, type DkimSigning, type DkimSigningInput, type SignerName } from './signing.ts'

/** Signed as often as they are there and once more. */
const overSigned = [
  'from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to', 'in-reply-to', 'references',
  'mime-version', 'content-type', 'content-transfer-encoding',
] as const

/** Signed where they are there; a mailing list may add its own (section 5.4.1). */
const signedIfThere = [
  'sender', 'resent-date', 'resent-from', 'resent-sender', 'resent-to', 'resent-cc', 'resent-message-id',
  'list-id', 'list-help', 'list-unsubscribe', 'list-unsubscribe-post', 'list-subscribe', 'list-post', 'list-owner', 'list-archive',
] as const

/** Names for `h=`, each as often as it is to be covered. */
export const namesToSign = (header: Header): readonly string[] => {
  const counts = new Map<string, number>()
  for (const { name } of header.fields) counts.set(name, (counts.get(name) ?? 0) + 1)
  const times = (name: string, more: number): readonly string[] => new Array<string>((counts.get(name) ?? 0) + more).fill(name)
  return [...overSigned.flatMap((name) => times(name, 1)), ...signedIfThere.flatMap((name) => times(name, 0))]
}

const fieldOf = (input: DkimSigningInput, { selector, algorithm }: SignerName, names: readonly string[], signature: string): string =>
  foldedTags('DKIM-Signature', [
    ['v', '1'], ['a', algorithm], ['c', 'relaxed/relaxed'], ['d', input.domain], ['s', selector],
    ['t', String(Math.floor(input.atMs / 1_000))], ['h', names.join(':')], ['bh', input.bodyHash.toString('base64')], ['b', signature],
  ])

export const dkimSignature = (input: DkimSigningInput): DkimSigning => {
  assert(input.signers.length <= signersMax, 'a message has few signers')
  const header = readHeader(input.header)
  const names = namesToSign(header)
  const covered = coveredFields(header, names).map(({ text }) => relaxedField(text)).join('')
  return {
    toSign: input.signers.map((signer) => ({
      selector: signer.selector,
      bytes: Buffer.from(covered + unsignedField(fieldOf(input, signer, names, ''), 'relaxed'), 'latin1'),
    })),
    fields(signatures) {
      assert(signatures.length === input.signers.length, 'a signature for each signer')
      return input.signers.map((signer, at) => fieldOf(input, signer, names, signatures[at] ?? '')).join('')
    },
  }
}
