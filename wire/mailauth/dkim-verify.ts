/**
 * Verifies DKIM signatures (RFC 6376 section 6, 8301, 8463). Which keys are wanted is said first; whoever can ask DNS brings
 * them; the verdict is a pure function of both.
 */
import { instancesMax } from './arc-chain.ts'
import { readDkimField, type DkimField, type UnreadableField } from './dkim-field.ts'
import { readKeyRecord, rsaBitsMax, rsaBitsMin, type KeyRecord, type KeyRing, type PublicKey } from './dkim-key.ts'
import { fieldsNamed, valueOf, type Header, type HeaderField } from './header-fields.ts'
import type { DkimOutcome, DkimResult } from './results.ts'
import { holds, signedBytes, type BodyWay, type SignedMessage } from './signed-message.ts'

/** What DNS says of a key's name: TXT records, that there are none, or that nobody could tell. */
export type KeyAnswer = readonly string[] | 'none' | 'away'

/** More than a message needs that was signed by its author, its provider and two lists; the rest is not looked at. */
export const dkimSignaturesMax = 10

export interface DkimCandidate {
  /** Null where no key can change the verdict. */
  readonly keyName: string | null
  verdict(answer: KeyAnswer): DkimOutcome
}

interface Finding {
  readonly result: DkimResult
  readonly reason: string | null
  readonly keyBits?: number
  readonly testing?: boolean
}

const algorithms: Readonly<Record<string, KeyRecord['type']>> = { 'rsa-sha256': 'rsa', 'ed25519-sha256': 'ed25519' }

export const keyNameOf = (selector: string, domain: string): string => `${selector}._domainkey.${domain}`

/** The key to use, or why there is none. Of several records the first that fits is taken (section 3.6.2.2). */
export const usableKey = (ring: KeyRing, answer: KeyAnswer, algorithm: string): { readonly record: KeyRecord; readonly key: PublicKey } | Finding => {
  if (answer === 'away') return { result: 'temperror', reason: 'key can not be asked for' }
  const records = answer === 'none' ? [] : answer.flatMap((text) => readKeyRecord(text) ?? [])
  if (records.length === 0) return { result: 'permerror', reason: 'no key' }
  const record = records.find(({ type }) => type === algorithms[algorithm])
  if (record === undefined || !record.sha256) return { result: 'permerror', reason: 'key is not for this algorithm' }
  if (record.publicKey === '') return { result: 'permerror', reason: 'key is revoked' }
  if (!record.forMail) return { result: 'permerror', reason: 'key is not for mail' }
  const key = ring.keyOf(record)
  if (key === undefined) return { result: 'permerror', reason: 'key can not be read' }
  if (record.type === 'rsa' && key.bits > rsaBitsMax) return { result: 'policy', reason: 'key is too long', keyBits: key.bits }
  if (record.type === 'rsa' && key.bits < rsaBitsMin) return { result: 'policy', reason: 'key is too short', keyBits: key.bits }
  return { record, key }
}

/** RFC 8301 section 3.1: `rsa-sha1` is not verified any more. */
export const algorithmFault = (algorithm: string): string | undefined => {
  if (algorithm === 'rsa-sha1') return 'rsa-sha1 is not accepted'
  return algorithms[algorithm] === undefined ? 'unknown algorithm' : undefined
}

/** What is wrong whatever the key: the cheap questions first, the body's hash last. */
export const faultWithoutKey = (message: SignedMessage, field: DkimField, nowMs: number): Finding | undefined => {
  const fault = algorithmFault(field.algorithm)
  if (fault !== undefined) return { result: 'permerror', reason: fault }
  if (field.expiresAtS !== null && field.expiresAtS * 1_000 < nowMs) return { result: 'fail', reason: 'signature expired' }
  const body = message.bodyHash(field.bodyCanonicalization, field.bodyLength)
  if (body === undefined) return { result: 'permerror', reason: 'too many ways to hash the body' }
  const { hash, canonicalBytes } = body
  if (field.bodyLength !== null && field.bodyLength > canonicalBytes) return { result: 'permerror', reason: 'l is more than the body' }
  return hash.equals(field.bodyHash) ? undefined : { result: 'fail', reason: 'body hash did not verify' }
}

const openEnd = (message: SignedMessage, field: DkimField): boolean =>
  field.bodyLength !== null && field.bodyLength < (message.bodyHash(field.bodyCanonicalization, field.bodyLength)?.canonicalBytes ?? 0)

const findingOf = (message: SignedMessage, ring: KeyRing, own: HeaderField, field: DkimField, bodyFault: Finding | undefined, answer: KeyAnswer): Finding => {
  const usable = usableKey(ring, answer, field.algorithm)
  if (!('key' in usable)) return usable
  const facts = { keyBits: usable.key.bits, testing: usable.record.testing }
  const failed = (reason: string | null): Finding => ({ result: facts.testing ? 'neutral' : 'fail', reason, ...facts })
  const forbidden = usable.record.strict && field.identityDomain !== field.domain
  if (forbidden) return { result: 'permerror', reason: 'identity is a subdomain, which the key forbids', ...facts }
  if (bodyFault !== undefined) return failed(bodyFault.reason)
  if (!holds(usable.key, signedBytes(message.header, field, own), field.signature)) return failed('signature did not verify')
  return openEnd(message, field) ? { result: 'policy', reason: 'l leaves a part of the body unsigned', ...facts } : { result: 'pass', reason: null, ...facts }
}

const outcome = (field: DkimField | UnreadableField, finding: Finding): DkimOutcome => ({
  result: finding.result,
  domain: field.domain,
  selector: field.selector,
  identity: 'identity' in field ? field.identity : '',
  algorithm: field.algorithm,
  keyBits: finding.keyBits ?? null,
  signatureStart: 'signatureStart' in field ? field.signatureStart : '',
  testing: finding.testing ?? false,
  reason: finding.reason,
})

const candidate = (message: SignedMessage, ring: KeyRing, own: HeaderField, nowMs: number): DkimCandidate => {
  const field = readDkimField(valueOf(own))
  const settled = (finding: Finding): DkimCandidate => ({ keyName: null, verdict: () => outcome(field, finding) })
  if ('unreadable' in field) return settled({ result: 'permerror', reason: field.unreadable })
  if (message.header.fault !== null) return settled({ result: 'permerror', reason: message.header.fault })
  const fault = faultWithoutKey(message, field, nowMs)
  // A key that is only tried out makes a failure mild, so a failed body hash is not the last word.
  if (fault !== undefined && fault.result !== 'fail') return settled(fault)
  return { keyName: keyNameOf(field.selector, field.domain), verdict: (answer) => outcome(field, findingOf(message, ring, own, field, fault, answer)) }
}

/** One for each of the first `dkimSignaturesMax` signatures, from the top. */
export const dkimCandidates = (message: SignedMessage, ring: KeyRing, nowMs: number): readonly DkimCandidate[] =>
  fieldsNamed(message.header, 'dkim-signature').slice(0, dkimSignaturesMax).map((own) => candidate(message, ring, own, nowMs))

/** How the signatures and seals of a message read its body, so that a large one can be hashed in steps before it is judged. */
export const bodyWays = (header: Header): readonly BodyWay[] => {
  const wayOf = (field: HeaderField, kind: 'dkim' | 'arc'): readonly BodyWay[] => {
    const read = readDkimField(valueOf(field), kind)
    return 'unreadable' in read ? [] : [{ canonicalization: read.bodyCanonicalization, length: read.bodyLength }]
  }
  return [
    ...fieldsNamed(header, 'dkim-signature').slice(0, dkimSignaturesMax).flatMap((field) => wayOf(field, 'dkim')),
    ...fieldsNamed(header, 'arc-message-signature').slice(0, instancesMax).flatMap((field) => wayOf(field, 'arc')),
  ]
}
