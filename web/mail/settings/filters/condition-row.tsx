import type { JSX } from 'preact'
import { Button } from '../../../kit/button.tsx'
import { Field } from '../../../kit/field.tsx'
import { IconClose } from '../../../kit/icons.ts'
import { fields, operatorsOf, takesWords, textMax, type Condition } from './rule.ts'
import { Select } from './select.tsx'
import { words } from './words.ts'

export interface ConditionRowProps {
  readonly condition: Condition
  readonly onChange: (condition: Condition) => void
  /** Undefined where it is the only one. */
  readonly onRemove: (() => void) | undefined
}

export const ConditionRow = ({ condition, onChange, onRemove }: ConditionRowProps): JSX.Element => {
  const text = words()
  const possible = operatorsOf(condition.field)
  const isSize = condition.field === 'size'
  return (
    <li class="rule-row">
      <Select
        label={text.field}
        value={condition.field}
        options={fields.map((value) => ({ value, label: text.fields[value] }))}
        onChange={(field) => {
          const [first = 'contains', ...others] = operatorsOf(field)
          // Of attachments it is mostly asked whether there are any.
          const stays = field !== 'attachment' && others.includes(condition.operator)
          onChange({ ...condition, field, operator: stays ? condition.operator : first })
        }}
      />
      {condition.field === 'header' ? (
        <Field label={text.headerName} value={condition.name} maxLength={76} onInput={(name) => onChange({ ...condition, name })} />
      ) : null}
      <Select
        label={text.operator}
        value={condition.operator}
        options={possible.map((value) => ({ value, label: text.operators[value] }))}
        onChange={(operator) => onChange({ ...condition, operator })}
      />
      {takesWords(condition.operator) ? (
        <Field
          label={isSize ? text.kilobytes : condition.field === 'attachment' ? text.fileName : text.value}
          type={isSize ? 'number' : 'text'}
          value={condition.value}
          maxLength={textMax}
          onInput={(value) => onChange({ ...condition, value })}
        />
      ) : null}
      {onRemove === undefined ? null : <Button label={text.removeCondition} icon={IconClose} iconOnly kind="quiet" onClick={onRemove} />}
    </li>
  )
}
