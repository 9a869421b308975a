/** From evidence to what becomes of one recipient's copy. Pure; the table is the order. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Evidence, Fate, Finding, RecipientFilter, Stage } from './evidence.ts'
import { allow } from './stages/allow.ts'
import { deny } from './stages/deny.ts'
import { forged } from './stages/forged.ts'
import { spam } from './stages/spam.ts'
import { virus } from './stages/virus.ts'

/** As customers are shown it; a person's own filters and forwarding come after these. */
export const judgingOrder: readonly Stage[] = [virus, allow, deny, spam, forged]

export interface Verdict {
  readonly fate: Fate
  /** What decided; null: nothing was found that is enforced. */
  readonly by: Finding | null
  /** Everything that was found, enforced or not, in order. */
  readonly findings: readonly Finding[]
}

export const verdictFor = (evidence: Evidence, recipient: RecipientFilter & { readonly account: AccountHandle }): Verdict => {
  const findings: Finding[] = []
  let trusted = false
  for (const stage of judgingOrder) {
    const mode = recipient.modes[stage.name]
    if (mode === 'off' || (trusted && stage.yields)) continue
    const looked = stage.look(evidence, recipient)
    if (looked === 'trusted') trusted = true
    else if (looked !== undefined) {
      findings.push(looked)
      if (mode === 'enforce' && looked.fate !== 'inbox') return { fate: looked.fate, by: looked, findings }
    }
  }
  return { fate: 'inbox', by: null, findings }
}

/** What is done instead of a refusal where others get the message: no copy is lost, no sender is told a half-truth. */
const insteadOfReject: Readonly<Record<Finding['stage'], Fate>> = { virus: 'quarantine', allow: 'inbox', deny: 'junk', spam: 'junk', forged: 'junk' }

/**
 * One answer stands for all recipients of a message: it is refused only if all of them refuse it. A caller that takes an
 * answer for each (`each`) gets them as they are.
 */
export const settled = (verdicts: readonly Verdict[], each: boolean): readonly Verdict[] => {
  if (each || verdicts.every(({ fate }) => fate === 'reject')) return verdicts
  return verdicts.map((verdict) =>
    verdict.fate === 'reject' ? { ...verdict, fate: insteadOfReject[verdict.by?.stage ?? 'spam'] } : verdict)
}
