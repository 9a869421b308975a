import type { JSX } from 'preact'
import { Button } from '../../../kit/button.tsx'
import { Field } from '../../../kit/field.tsx'
import { IconClose } from '../../../kit/icons.ts'
import { mailboxPaths } from './mailbox-paths.ts'
import { acts, textMax, type Action } from './rule.ts'
import { Select } from './select.tsx'
import { words } from './words.ts'

export interface ActionRowProps {
  readonly action: Action
  readonly onChange: (action: Action) => void
  readonly onRemove: (() => void) | undefined
}

const MailboxChoice = ({ action, onChange }: Pick<ActionRowProps, 'action' | 'onChange'>): JSX.Element => {
  const text = words()
  const paths = mailboxPaths()
  const gone = action.value !== '' && !paths.some(({ path }) => path === action.value) ? [{ value: action.value, label: action.value }] : []
  const first = action.value === '' ? [{ value: '', label: text.choose }] : []
  return (
    <Select
      label={text.mailbox}
      value={action.value}
      options={[...first, ...gone, ...paths.map(({ path, shown }) => ({ value: path, label: shown }))]}
      onChange={(value) => onChange({ ...action, value, use: paths.find(({ path }) => path === value)?.use ?? null })}
    />
  )
}

export const ActionRow = ({ action, onChange, onRemove }: ActionRowProps): JSX.Element => {
  const text = words()
  const { act } = action
  return (
    <li class="rule-row rule-row-action">
      <Select
        label={text.act}
        value={act}
        options={acts.map((value) => ({ value, label: text.acts[value] }))}
        onChange={(chosen) => onChange({ act: chosen, value: '', use: null })}
      />
      {act === 'move' || act === 'copy' ? <MailboxChoice action={action} onChange={onChange} /> : null}
      {act === 'forward' ? (
        <Field
          label={text.address}
          type="email"
          value={action.value}
          maxLength={textMax}
          hint={text.forwardWarning}
          onInput={(value) => onChange({ ...action, value })}
        />
      ) : null}
      {act === 'discard' ? <p class="rule-warning">{text.discardWarning}</p> : null}
      {onRemove === undefined ? null : <Button label={text.removeAction} icon={IconClose} iconOnly kind="quiet" onClick={onRemove} />}
    </li>
  )
}
