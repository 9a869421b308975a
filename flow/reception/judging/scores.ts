/** What scanners found, as scripts ask for it (RFC 5235): of the stages that are on for the recipient, the worst of each. */
import type { Modes } from '@bulkhead/mail/filtering/settings.ts'
import type { SieveScores } from '@bulkhead/wire/sieve/message.ts'
import type { Scanned } from './evidence.ts'

/** What a scanner calls spam begins here. */
const spamFrom = 50

/** A score of what is required for spam is the middle; the scanner's own word decides on which side. */
const percentOf = ({ result, score }: Scanned): number => {
  if (result === 'worst') return 100
  const share = score === null || score.required <= 0 ? undefined : Math.round((score.value / score.required) * spamFrom)
  return result === 'bad' ? Math.min(99, Math.max(spamFrom, share ?? 75)) : Math.min(spamFrom - 1, Math.max(0, share ?? 0))
}

export const scoresOf = (scans: readonly Scanned[], modes: Modes): SieveScores => {
  const looked = scans.filter(({ stage, result }) => modes[stage] !== 'off' && result !== 'unscanned')
  const spam = looked.filter(({ stage }) => stage === 'spam').map(percentOf)
  const virus = looked.filter(({ stage }) => stage === 'virus')
  return {
    spamPercent: spam.length === 0 ? null : Math.max(...spam),
    virusLevel: virus.length === 0 ? 0 : virus.some(({ result }) => result !== 'clean') ? 5 : 1,
  }
}
