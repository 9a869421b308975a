import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { IconDown, IconTrash, IconUp } from '../../../kit/icons.ts'
import { shownPath } from './mailbox-paths.ts'
import { takesValue, takesWords, type Rule } from './rule.ts'
import { words } from './words.ts'

export interface RuleItemProps {
  readonly rule: Rule
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onToggle: (isOn: boolean) => void
  readonly onEdit: () => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
  readonly drag: RuleDrag
}

/** By mouse; the buttons do the same by keys and on phones. */
export interface RuleDrag {
  /** On which side the dragged rule would come. */
  readonly isOver: 'no' | 'above' | 'below'
  readonly onStart: () => void
  readonly onOver: () => void
  readonly onDrop: () => void
  readonly onEnd: () => void
  /** One of these rules is dragged, and no file. */
  readonly isOurs: () => boolean
}

const summaryOf = ({ every, conditions, actions }: Rule): string => {
  const text = words()
  const conditionText = conditions.map(({ field, operator, name, value }) => {
    const said = takesWords(operator) ? value : ''
    return text.conditionText(field === 'header' ? name : text.fields[field], text.operators[operator], field === 'size' ? `${said} KB` : said)
  })
  const actionText = actions.map(({ act, value }) => text.actionText(text.acts[act], takesValue(act) ? (act === 'forward' ? value : shownPath(value)) : ''))
  return text.summary(conditionText.join(every ? text.and : text.or), actionText.join(text.then))
}

/** A rule in the list: on or off, its place, what it does in words. */
export const RuleItem = ({ rule, isFirst, isLast, onToggle, onEdit, onMove, onRemove, drag }: RuleItemProps): JSX.Element => {
  const text = words()
  const id = useId()
  return (
    <li
      class={`rule ${rule.isOn ? '' : 'rule-off'} rule-over-${drag.isOver}`}
      draggable
      onDragStart={(event) => {
        event.dataTransfer?.setData('text/plain', rule.name)
        drag.onStart()
      }}
      onDragOver={(event) => {
        if (!drag.isOurs()) return
        event.preventDefault()
        drag.onOver()
      }}
      onDrop={(event) => {
        event.preventDefault()
        drag.onDrop()
      }}
      onDragEnd={drag.onEnd}
    >
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
