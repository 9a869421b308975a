/** A rule being made or changed. Nothing is saved before it is whole. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Choice, Switch } from '../../../kit/choice.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { Field } from '../../../kit/field.tsx'
import { IconPlus } from '../../../kit/icons.ts'
import { ActionRow } from './action-row.tsx'
import { ConditionRow } from './condition-row.tsx'
import { actionsMax, conditionsMax, newAction, newCondition, ruleMistake, textMax, type Rule } from './rule.ts'
import { TryRule } from './try-rule.tsx'
import { words } from './words.ts'

export interface RuleDialogProps {
  readonly rule: Rule
  readonly isNew: boolean
  readonly onSave: (rule: Rule) => void
  readonly onClose: () => void
}

const replaced = <T,>(list: readonly T[], at: number, item: T): readonly T[] => list.map((each, place) => (place === at ? item : each))
const without = <T,>(list: readonly T[], at: number): readonly T[] => list.filter((_, place) => place !== at)

interface PartProps {
  readonly rule: Rule
  readonly onChange: (changed: Partial<Rule>) => void
}

const Conditions = ({ rule: { conditions, every }, onChange }: PartProps): JSX.Element => {
  const text = words()
  // A row that goes takes its button along: the focus goes to the one that makes rows.
  const add = useRef<HTMLButtonElement>(null)
  const remove = (at: number): void => {
    onChange({ conditions: without(conditions, at) })
    add.current?.focus()
  }
  return (
    <section class="rule-part">
      <h3>{text.conditions}</h3>
      {conditions.length < 2 ? null : (
        <Choice
          label={text.matching}
          value={every ? 'every' : 'some'}
          options={[{ value: 'every', label: text.every }, { value: 'some', label: text.some }]}
          onChange={(value) => onChange({ every: value === 'every' })}
        />
      )}
      <ul class="rule-rows">
        {conditions.map((condition, at) => (
          <ConditionRow
            key={at}
            condition={condition}
            onChange={(changed) => onChange({ conditions: replaced(conditions, at, changed) })}
            onRemove={conditions.length < 2 ? undefined : () => remove(at)}
          />
        ))}
      </ul>
      {conditions.length >= conditionsMax ? null : (
        <Button
          label={text.addCondition}
          icon={IconPlus}
          kind="quiet"
          buttonRef={add}
          onClick={() => onChange({ conditions: [...conditions, newCondition] })}
        />
      )}
    </section>
  )
}

const Actions = ({ rule: { actions }, onChange }: PartProps): JSX.Element => {
  const text = words()
  const add = useRef<HTMLButtonElement>(null)
  const remove = (at: number): void => {
    onChange({ actions: without(actions, at) })
    add.current?.focus()
  }
  return (
    <section class="rule-part">
      <h3>{text.actions}</h3>
      <ul class="rule-rows">
        {actions.map((action, at) => (
          <ActionRow
            key={at}
            action={action}
            onChange={(changed) => onChange({ actions: replaced(actions, at, changed) })}
            onRemove={actions.length < 2 ? undefined : () => remove(at)}
          />
        ))}
      </ul>
      {actions.length >= actionsMax ? null : (
        <Button label={text.addAction} icon={IconPlus} kind="quiet" buttonRef={add} onClick={() => onChange({ actions: [...actions, newAction] })} />
      )}
    </section>
  )
}

export const RuleDialog = ({ rule: given, isNew, onSave, onClose }: RuleDialogProps): JSX.Element => {
  const text = words()
  const rule = useSignal(given)
  const wrong = useSignal<string | undefined>(undefined)
  const onChange = (changed: Partial<Rule>): void => {
    rule.value = { ...rule.value, ...changed }
    wrong.value = undefined
  }
  const save = (): void => {
    const mistake = ruleMistake(rule.value)
    if (mistake === undefined) onSave({ ...rule.value, name: rule.value.name.trim() })
    else wrong.value = text.mistakes[mistake]
  }
  const actions = (
    <>
      {wrong.value === undefined ? null : (
        <p class="field-error rule-mistake" role="alert">
          {wrong.value}
        </p>
      )}
      <Button label={text.cancel} onClick={onClose} />
      <Button label={text.save} kind="primary" onClick={save} />
    </>
  )
  return (
    <Dialog title={isNew ? text.newTitle : text.editTitle} wide onClose={onClose} actions={actions}>
      <div class="rule-form">
        <Field label={text.name} value={rule.value.name} maxLength={textMax} onInput={(name) => onChange({ name })} />
        <Conditions rule={rule.value} onChange={onChange} />
        <Actions rule={rule.value} onChange={onChange} />
        <Switch label={text.last} value={rule.value.isLast} onChange={(isLast) => onChange({ isLast })} />
        <TryRule rule={rule.value} onMistake={(mistake) => (wrong.value = mistake)} />
      </div>
    </Dialog>
  )
}
