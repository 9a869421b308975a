/** What a rule that is being made would do with mail that came lately. Nothing is done. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { announce } from '../../../kit/live.tsx'
import { mailboxOfRole } from '../../store/mailboxes.ts'
import { shownPath } from './mailbox-paths.ts'
import { applies, outcomeText } from './outcome.ts'
import { ruleMistake, type Rule } from './rule.ts'
import { scriptOf } from './rules-script.ts'
import { tryOnNewest, type TriedEmail } from './trying.ts'
import { words } from './words.ts'

const shownMax = 8

type Trial =
  | { readonly is: 'none' | 'busy' | 'failed' }
  | { readonly is: 'done'; readonly looked: number; readonly hits: readonly TriedEmail[] }

const Hits = ({ hits }: { readonly hits: readonly TriedEmail[] }): JSX.Element => {
  const text = words()
  return (
    <ul class="trial-hits">
      {hits.slice(0, shownMax).map(({ email, tried }) => (
        <li key={email.id} class="trial-hit">
          <span class="trial-subject">{email.subject ?? text.noSubject}</span>
          <span class="trial-outcome">{outcomeText(tried, text.outcome, shownPath)}</span>
        </li>
      ))}
      {hits.length > shownMax ? <li class="trial-more">{text.trialMore(hits.length - shownMax)}</li> : null}
    </ul>
  )
}

export const TryRule = ({ rule, onMistake }: { readonly rule: Rule; readonly onMistake: (mistake: string) => void }): JSX.Element => {
  const text = words()
  const trial = useSignal<Trial>({ is: 'none' })
  const tryIt = async (): Promise<void> => {
    // A name is not needed for trying.
    const mistake = ruleMistake({ ...rule, name: 'x' })
    const inbox = mailboxOfRole('inbox')
    if (mistake !== undefined) return onMistake(text.mistakes[mistake])
    if (inbox === undefined) return
    trial.value = { is: 'busy' }
    try {
      const all = await tryOnNewest(scriptOf([{ ...rule, isOn: true }]), inbox.id)
      const hits = all.filter(({ tried }) => tried.failed !== null || applies(tried))
      trial.value = { is: 'done', looked: all.length, hits }
      announce(text.trialFound(all.length, hits.length))
    } catch {
      trial.value = { is: 'failed' }
    }
  }
  const { value } = trial
  // It stands at the foot of a long form: what was found is not to lie below what is seen.
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (value.is === 'done') section.current?.scrollIntoView({ block: 'end' })
  }, [value])
  return (
    <section ref={section} class="rule-part rule-trial">
      <Button label={text.tryIt} disabled={value.is === 'busy'} onClick={() => void tryIt()} />
      {value.is === 'failed' ? <p class="field-error">{text.trialFailed}</p> : null}
      {value.is === 'done' ? (
        <>
          <p class="trial-count">{text.trialFound(value.looked, value.hits.length)}</p>
          <Hits hits={value.hits} />
        </>
      ) : null}
    </section>
  )
}
