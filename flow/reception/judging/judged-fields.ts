/** What a copy says of how it was judged: fields in the brand's words, and perhaps a mark in its subject. Pure. */
import type { FilterPolicy } from '@bulkhead/mail/filtering/settings.ts'
import type { Evidence, Finding, RecipientFilter, Scanned } from './evidence.ts'
import type { Verdict } from './verdict.ts'

const detailMax = 200
const resultsField = 'Authentication-Results'

const ownHeaders = ['virus.header', 'deny.header', 'spam.header', 'spam.scoreHeader', 'forged.header'] as const

/** Names, in lower case, that come from us or from nobody. */
const namesByPolicy = new WeakMap<FilterPolicy, ReadonlySet<string>>()
export const ownFieldNames = (policy: FilterPolicy): ReadonlySet<string> => {
  const known = namesByPolicy.get(policy)
  if (known !== undefined) return known
  const names = new Set(ownHeaders.map((key) => policy[key].toLowerCase()).filter((name) => name !== ''))
  namesByPolicy.set(policy, names)
  return names
}

const field = (name: string, value: string): string => (name === '' ? '' : `${name}: ${value}\r\n`)

const foundField = (policy: FilterPolicy, { stage, detail }: Finding): string =>
  stage === 'allow' ? '' : field(policy[`${stage}.header`], detail === '' ? 'YES' : `YES (${detail.slice(0, detailMax)})`)

const scoreField = (policy: FilterPolicy, { score }: Scanned): string =>
  score === null ? '' : field(policy['spam.scoreHeader'], `${score.value.toFixed(2)} / ${score.required.toFixed(2)}`)

/** Folded, ready to stand before the message. A stage that is off says nothing. */
export const judgedFields = (evidence: Evidence, { policy, modes }: RecipientFilter, { findings }: Verdict): string => {
  const scans = evidence.scans.filter(({ stage }) => modes[stage] !== 'off')
  const said = evidence.authentication?.field ?? evidence.submitted
  const results = said === null ? '' : field(resultsField, said.trimStart())
  const found = findings.map((finding) => foundField(policy, finding)).join('')
  const scores = scans.map((scan) => scoreField(policy, scan)).join('')
  const unscanned = scans.filter(({ result }) => result === 'unscanned').map(({ stage }) => field(policy[`${stage}.header`], 'UNKNOWN (not scanned)')).join('')
  return results + found + scores + unscanned
}

/** What goes before the subject; null for nothing. */
export const subjectMark = ({ authentication }: Evidence, { policy }: RecipientFilter, { findings }: Verdict): string | null => {
  const wish = policy['subject']
  const [first] = findings
  if (first === undefined || first.stage === 'allow' || wish === 'never') return null
  const signed = authentication?.dkim.some(({ result }) => result === 'pass') ?? false
  if (wish === 'unlessSigned' && signed) return null
  const mark = policy[`${first.stage}.subject`]
  return mark === '' ? null : mark
}
