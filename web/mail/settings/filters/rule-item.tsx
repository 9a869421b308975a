import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { IconDown, IconTrash, IconUp } from '../../../kit/icons.ts'
import { shownPath } from './mailbox-paths.ts'
import { takesValue, type Rule } from './rule.ts'
import { words } from './words.ts'

export interface RuleItemProps {
  readonly rule: Rule
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onToggle: (isOn: boolean) => void
  readonly onEdit: () => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

const summaryOf = ({ every, conditions, actions }: Rule): string => {
  const text = words()
  const conditionText = conditions.map(({ field, operator, name, value }) =>
    text.conditionText(field === 'header' ? name : text.fields[field], text.operators[operator], field === 'size' ? `${value} KB` : value))
  const actionText = actions.map(({ act, value }) => text.actionText(text.acts[act], takesValue(act) ? (act === 'forward' ? value : shownPath(value)) : ''))
  return text.summary(conditionText.join(every ? text.and : text.or), actionText.join(text.then))
}

/** A rule in the list: on or off, its place, what it does in words. */
export const RuleItem = ({ rule, isFirst, isLast, onToggle, onEdit, onMove, onRemove }: RuleItemProps): JSX.Element => {
  const text = words()
  const id = useId()
  return (
    <li class={`rule ${rule.isOn ? '' : 'rule-off'}`}>
      <input id={id} type="checkbox" checked={rule.isOn} aria-label={text.on(rule.name)} onChange={(event) => onToggle(event.currentTarget.checked)} />
      <div class="rule-text">
        <label class="rule-name" for={id}>
          {rule.name}
          {rule.isOn ? null : <span class="rule-state">{text.off}</span>}
        </label>
        <p class="rule-summary">{summaryOf(rule)}</p>
      </div>
      <div class="rule-buttons">
        <Button label={text.up(rule.name)} icon={IconUp} iconOnly kind="quiet" disabled={isFirst} onClick={() => onMove(-1)} />
        <Button label={text.down(rule.name)} icon={IconDown} iconOnly kind="quiet" disabled={isLast} onClick={() => onMove(1)} />
        <Button label={text.remove(rule.name)} icon={IconTrash} iconOnly kind="quiet" onClick={onRemove} />
        <Button label={text.edit} onClick={onEdit} />
      </div>
    </li>
  )
}
