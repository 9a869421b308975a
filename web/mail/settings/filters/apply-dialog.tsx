/** Rules applied to mail that is there already: first it is looked what they would do, then they do it, and it can be undone. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { announce } from '../../../kit/live.tsx'
import { changeEach } from '../../actions/actions.ts'
import { planned, type Patches } from '../../actions/change.ts'
import type { Id } from '../../jmap/types.ts'
import { mailboxPaths, shownPath } from './mailbox-paths.ts'
import { outcomeText, patchFor } from './outcome.ts'
import type { Rule } from './rule.ts'
import { scriptOf } from './rules-script.ts'
import { Select } from './select.tsx'
import { triedMax, tryOnMailbox, type Looked } from './trying.ts'
import { words } from './words.ts'

interface Plan {
  readonly patches: Patches
  readonly looked: number
  readonly isPart: boolean
  /** What is done, and with how many. */
  readonly groups: readonly (readonly [what: string, count: number])[]
}

const mailboxOf = (name: string, specialUse: string | null): Id | undefined => {
  const paths = mailboxPaths()
  const byUse = specialUse === null ? undefined : paths.find(({ use }) => use === specialUse)
  return (byUse ?? paths.find(({ path }) => path === name || (name.toUpperCase() === 'INBOX' && path === 'INBOX')))?.id
}

const planOf = ({ found, looked, isPart }: Looked, from: Id): Plan => {
  const outcomes = new Map(found.map(({ email, tried }) => [email.id, tried]))
  const { patches } = planned(found.map(({ email }) => email), ({ id }) => {
    const tried = outcomes.get(id)
    return tried === undefined ? {} : patchFor(tried, from, mailboxOf)
  })
  const counts = new Map<string, number>()
  for (const id of patches.keys()) {
    const tried = outcomes.get(id)
    const what = tried === undefined ? '' : outcomeText(tried, words().outcome, shownPath)
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return { patches, looked, isPart, groups: [...counts].toSorted(([, one], [, other]) => other - one) }
}

type Step =
  | { readonly is: 'choosing' | 'failed' }
  | { readonly is: 'looking'; readonly looked: number }
  | { readonly is: 'planned'; readonly plan: Plan }

const PlanShown = ({ plan: { groups, patches, looked, isPart } }: { readonly plan: Plan }): JSX.Element => {
  const text = words()
  return (
    <div class="apply-plan">
      <p>{patches.size === 0 ? text.applyNothing(looked) : text.applyFound(looked, patches.size)}</p>
      <ul class="trial-hits">
        {groups.map(([what, count]) => (
          <li key={what} class="trial-hit">
            <span>{what}</span>
            <span class="trial-outcome">{text.messages(count)}</span>
          </li>
        ))}
      </ul>
      {isPart ? <p class="settings-hint">{text.applyPart(triedMax)}</p> : null}
    </div>
  )
}

export const ApplyDialog = ({ rules, onClose }: { readonly rules: readonly Rule[]; readonly onClose: () => void }): JSX.Element => {
  const text = words()
  const paths = mailboxPaths()
  const chosen = useSignal<Id>(paths.find(({ path }) => path === 'INBOX')?.id ?? paths[0]?.id ?? '')
  const step = useSignal<Step>({ is: 'choosing' })
  const closed = useRef(false)
  useEffect(() => () => void (closed.current = true), [])

  const look = async (): Promise<void> => {
    const mailbox = chosen.value
    step.value = { is: 'looking', looked: 0 }
    try {
      const looked = await tryOnMailbox(scriptOf(rules), mailbox, (count) => {
        if (step.value.is === 'looking') step.value = { is: 'looking', looked: count }
        return !closed.current && chosen.value === mailbox
      })
      if (chosen.value !== mailbox) return
      const plan = planOf(looked, mailbox)
      step.value = { is: 'planned', plan }
      announce(plan.patches.size === 0 ? text.applyNothing(plan.looked) : text.applyFound(plan.looked, plan.patches.size))
    } catch {
      step.value = { is: 'failed' }
    }
  }
  const { value } = step
  const mayApply = value.is === 'planned' && value.plan.patches.size > 0
  const apply = (): void => {
    if (value.is === 'planned') void changeEach(value.plan.patches, text.applied)
    onClose()
  }
  const actions = (
    <>
      <Button label={text.cancel} onClick={onClose} />
      {mayApply ? (
        <Button label={text.applyNow} kind="primary" onClick={apply} />
      ) : (
        <Button label={text.applyLook} kind="primary" disabled={value.is === 'looking'} onClick={() => void look()} />
      )}
    </>
  )
  return (
    <Dialog title={text.applyTitle} onClose={onClose} actions={actions}>
      <div class="rule-form">
        <p class="settings-hint">{text.applyHint}</p>
        <Select
          label={text.mailbox}
          value={chosen.value}
          options={paths.map(({ id, shown }) => ({ value: id, label: shown }))}
          onChange={(id) => {
            chosen.value = id
            step.value = { is: 'choosing' }
          }}
        />
        {value.is === 'looking' ? <p class="trial-count">{text.applyLooking(value.looked)}</p> : null}
        {value.is === 'failed' ? <p class="field-error" role="alert">{text.trialFailed}</p> : null}
        {value.is === 'planned' ? <PlanShown plan={value.plan} /> : null}
      </div>
    </Dialog>
  )
}
