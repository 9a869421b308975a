/**
 * Seals a message with ARC (RFC 8617 section 5.1) for whoever gets it next. Two signatures one after the other: the seal
 * covers the message signature. Keys are elsewhere, as for DKIM.
 */
import { instancesMax, readArcChain, type ArcSet } from './arc-chain.ts'
import { relaxedField, unsignedField } from './canonical-header.ts'
import { namesToSign } from './dkim-sign.ts'
import { foldedTags } from './folded-tags.ts'
import { fieldsNamed, readHeader, valueOf } from './header-fields.ts'
import type { ArcResult } from './results.ts'
import { coveredFields } from './signed-message.ts'
import type { SignerName } from './signing.ts'
import { tagList, unspaced } from './tag-list.ts'

export interface ArcSealInput {
  /** Lower-case A-labels. */
  readonly domain: string
  readonly signer: SignerName
  /** The message's header as it came, or the whole message. */
  readonly header: Buffer
  /** SHA-256 of the relaxed body. */
  readonly bodyHash: Buffer
  /** What validation of the chain gave when the message came in. */
  readonly chain: ArcResult
  /** Value of our Authentication-Results field, as `Authentication.field`. */
  readonly results: string
  readonly atMs: number
}

interface ToSign {
  readonly selector: string
  readonly bytes: Buffer
}

export interface ArcSealing {
  readonly toSign: ToSign
  /** With the message signature made (base64) comes the seal; `fields` has all three with their last CRLF, to be sent as UTF-8. */
  sealed(messageSignature: string): { readonly toSign: ToSign; fields(sealSignature: string): string }
}

const covers = ({ results, messageSignature, seal }: ArcSet): string => [results, messageSignature, seal].map(({ text }) => relaxedField(text)).join('')

/** Nobody seals a chain that is known to have failed (section 5.1.2, 5.2). */
const isOver = (header: ReturnType<typeof readHeader>): boolean =>
  fieldsNamed(header, 'arc-seal').some((field) => unspaced(tagList(valueOf(field))?.get('cv') ?? '').toLowerCase() === 'fail')

/** Undefined where the chain is full, has failed before, or can't be told for now. */
export const arcSeal = (input: ArcSealInput): ArcSealing | undefined => {
  const header = readHeader(input.header)
  const chain = readArcChain(header)
  const before = 'sets' in chain ? chain.sets.length : chain.highest
  if (before >= instancesMax || input.chain === 'temperror' || isOver(header)) return undefined
  const [i, t] = [String(before + 1), String(Math.floor(input.atMs / 1_000))]
  const { selector, algorithm } = input.signer
  const results = `ARC-Authentication-Results: i=${i};${input.results}\r\n`
  // Signed as it is sent: addresses in it may be UTF-8.
  const sentResults = Buffer.from(results, 'utf8').toString('latin1')
  const names = [...namesToSign(header), ...fieldsNamed(header, 'dkim-signature').map(({ name }) => name)]
  const messageField = (signature: string): string =>
    foldedTags('ARC-Message-Signature', [
      ['i', i], ['a', algorithm], ['c', 'relaxed/relaxed'], ['d', input.domain], ['s', selector], ['t', t],
      ['h', names.join(':')], ['bh', input.bodyHash.toString('base64')], ['b', signature],
    ])
  const cv = before === 0 && input.chain === 'none' ? 'none' : input.chain === 'pass' ? 'pass' : 'fail'
  const sealField = (signature: string): string =>
    foldedTags('ARC-Seal', [['i', i], ['a', algorithm], ['cv', cv], ['d', input.domain], ['s', selector], ['t', t], ['b', signature]])
  const covered = coveredFields(header, names).map(({ text }) => relaxedField(text)).join('')
  return {
    toSign: { selector, bytes: Buffer.from(covered + unsignedField(messageField(''), 'relaxed'), 'latin1') },
    sealed(messageSignature) {
      const message = messageField(messageSignature)
      // A failed chain is sealed alone: what came before can't be relied on.
      const earlier = cv === 'pass' && 'sets' in chain ? chain.sets.map(covers).join('') : ''
      const bytes = earlier + relaxedField(sentResults) + relaxedField(message) + unsignedField(sealField(''), 'relaxed')
      return {
        toSign: { selector, bytes: Buffer.from(bytes, 'latin1') },
        fields: (sealSignature) => sealField(sealSignature) + message + results,
      }
    },
  }
}
