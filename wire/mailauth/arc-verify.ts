/**
 * Validates an ARC chain (RFC 8617 section 5.2): structure, the latest message signature, then every seal. Keys are asked for
 * in two steps, so that a made-up chain of fifty sets costs one question.
 */
import { readArcChain, type ArcSet } from './arc-chain.ts'
import { relaxedField, unsignedField } from './canonical-header.ts'
import { readDkimField } from './dkim-field.ts'
import type { KeyRing } from './dkim-key.ts'
import { algorithmFault, faultWithoutKey, keyNameOf, usableKey, type KeyAnswer } from './dkim-verify.ts'
import { domainOfBytes } from './domain-name.ts'
import { valueOf } from './header-fields.ts'
import type { ArcHop, ArcOutcome } from './results.ts'
import { holds, signedBytes, type SignedMessage } from './signed-message.ts'
import { base64Value, tagList, unspaced } from './tag-list.ts'

export type KeyAnswers = ReadonlyMap<string, KeyAnswer>

/** What to do next: nothing, or ask for these keys and go on. */
export type ArcStep = { readonly outcome: ArcOutcome } | { readonly keyNames: readonly string[]; next(answers: KeyAnswers): ArcStep }

interface Seal {
  readonly set: ArcSet
  readonly algorithm: string
  readonly signature: Buffer
  readonly domain: string
  readonly selector: string
  readonly chainValidation: string
}

type Verdict = 'pass' | 'away' | string

const signatureBytesMax = 1_024

const readSeal = (set: ArcSet): Seal | undefined => {
  const tags = tagList(valueOf(set.seal))
  if (tags === undefined || tags.has('h') || tags.has('bh')) return undefined
  const tag = (name: string): string => unspaced(tags.get(name) ?? '')
  const [domain, selector, signature] = [domainOfBytes(tag('d')), domainOfBytes(tag('s')), base64Value(tag('b'), signatureBytesMax)]
  if (domain === undefined || selector === undefined || signature === undefined || (tags.has('t') && !/^[0-9]{1,12}$/.test(tag('t')))) return undefined
  return { set, algorithm: tag('a').toLowerCase(), signature, domain, selector, chainValidation: tag('cv').toLowerCase() }
}

const resultsOf = (set: ArcSet): string => valueOf(set.results).replace(/^[^;]*;/, '').trim()

const hopOf = ({ set, domain, selector }: Seal): ArcHop => ({ instance: set.instance, domain, selector, results: resultsOf(set) })

const none: ArcOutcome = { result: 'none', hops: [], oldestPass: null, reason: null }
const failed = (reason: string, hops: readonly ArcHop[] = []): ArcStep => ({ outcome: { result: 'fail', hops, oldestPass: null, reason } })
const unsure = (reason: string, hops: readonly ArcHop[]): ArcStep => ({ outcome: { result: 'temperror', hops, oldestPass: null, reason } })

/** What each seal covers (section 5.1.1): all sets so far, the last without its own signature. */
const sealedBytes = (seals: readonly Seal[]): readonly Buffer[] => {
  let before = ''
  return seals.map(({ set }) => {
    before += relaxedField(set.results.text) + relaxedField(set.messageSignature.text)
    const bytes = Buffer.from(before + unsignedField(set.seal.text, 'relaxed'), 'latin1')
    before += relaxedField(set.seal.text)
    return bytes
  })
}

const sealVerdict = (seal: Seal, bytes: Buffer, ring: KeyRing, answers: KeyAnswers): Verdict => {
  const fault = algorithmFault(seal.algorithm)
  if (fault !== undefined) return fault
  const usable = usableKey(ring, answers.get(keyNameOf(seal.selector, seal.domain)) ?? 'none', seal.algorithm)
  if (!('key' in usable)) return usable.result === 'temperror' ? 'away' : (usable.reason ?? '')
  return holds(usable.key, bytes, seal.signature) ? 'pass' : 'signature did not verify'
}

/** Key name and verdict of a message signature; a name of null means that no key changes the verdict. */
const messageSignature = (message: SignedMessage, set: ArcSet, ring: KeyRing) => {
  const field = readDkimField(valueOf(set.messageSignature), 'arc')
  const settled = (verdict: Verdict) => ({ keyName: null, verdict: (): Verdict => verdict })
  if ('unreadable' in field) return settled(field.unreadable)
  if (field.signed.includes('arc-seal')) return settled('a seal is signed')
  const fault = faultWithoutKey(message, { ...field, expiresAtS: null }, 0)
  if (fault !== undefined) return settled(fault.reason ?? '')
  const keyName = keyNameOf(field.selector, field.domain)
  return {
    keyName,
    verdict(answers: KeyAnswers): Verdict {
      const usable = usableKey(ring, answers.get(keyName) ?? 'none', field.algorithm)
      if (!('key' in usable)) return usable.result === 'temperror' ? 'away' : (usable.reason ?? '')
      return holds(usable.key, signedBytes(message.header, field, set.messageSignature), field.signature) ? 'pass' : 'signature did not verify'
    },
  }
}

/** The lowest instance from which on every message signature holds; 0 where all do (section 5.2, step 5). */
const oldestPassOf = (verdicts: readonly Verdict[]): number => {
  for (let at = verdicts.length - 1; at >= 0; at -= 1) if (verdicts[at] !== 'pass') return at + 2
  return 0
}

const sealsStep = (message: SignedMessage, ring: KeyRing, seals: readonly Seal[], hops: readonly ArcHop[]): ArcStep => {
  const older = seals.slice(0, -1).map(({ set }) => messageSignature(message, set, ring))
  const names = [...seals.map(({ selector, domain }) => keyNameOf(selector, domain)), ...older.flatMap(({ keyName }) => keyName ?? [])]
  return {
    keyNames: [...new Set(names)],
    next(answers) {
      const bytes = sealedBytes(seals)
      for (let at = seals.length - 1; at >= 0; at -= 1) {
        const [seal, covered] = [seals[at], bytes[at]]
        if (seal === undefined || covered === undefined) continue
        const verdict = sealVerdict(seal, covered, ring, answers)
        if (verdict === 'away') return unsure(`key of seal ${at + 1} can not be asked for`, hops)
        if (verdict !== 'pass') return failed(`seal ${at + 1}: ${verdict}`, hops)
      }
      return { outcome: { result: 'pass', hops, oldestPass: oldestPassOf(older.map(({ verdict }) => verdict(answers))), reason: null } }
    },
  }
}

const chainFault = (seals: readonly Seal[]): string | undefined => {
  if (seals.at(-1)?.chainValidation === 'fail') return 'a sealer saw it fail'
  const wrong = seals.findIndex(({ chainValidation }, at) => chainValidation !== (at === 0 ? 'none' : 'pass'))
  return wrong < 0 ? undefined : `cv of seal ${wrong + 1}`
}

export const arcValidation = (message: SignedMessage, ring: KeyRing): ArcStep => {
  const chain = readArcChain(message.header)
  if ('fault' in chain) return failed(chain.fault)
  const { sets } = chain
  const latest = sets.at(-1)
  if (latest === undefined) return { outcome: none }
  if (message.header.fault !== null) return failed(message.header.fault)
  const seals = sets.flatMap((set) => readSeal(set) ?? [])
  const hops = seals.map(hopOf)
  if (seals.length < sets.length) return failed('a seal can not be read', hops)
  const fault = chainFault(seals)
  if (fault !== undefined) return failed(fault, hops)
  const { keyName, verdict } = messageSignature(message, latest, ring)
  const after = (answers: KeyAnswers): ArcStep => {
    const found = verdict(answers)
    if (found === 'away') return unsure('key of the message signature can not be asked for', hops)
    return found === 'pass' ? sealsStep(message, ring, seals, hops) : failed(`message signature ${latest.instance}: ${found}`, hops)
  }
  return keyName === null ? after(new Map()) : { keyNames: [keyName], next: after }
}
