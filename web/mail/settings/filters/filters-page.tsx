/** 振り分け: rules in their order, and for who wants it the script itself. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { IconPlus } from '../../../kit/icons.ts'
import { announce } from '../../../kit/live.tsx'
import { toast } from '../../../kit/toast.tsx'
import './filters.css'
import { ApplyDialog } from './apply-dialog.tsx'
import { mailboxPaths } from './mailbox-paths.ts'
import { newAction, newCondition, newRule, rulesMax, type Rule } from './rule.ts'
import { RuleDialog } from './rule-dialog.tsx'
import { RuleItem } from './rule-item.tsx'
import { ScriptEditor } from './script-editor.tsx'
import { filters, filtersFailed, loadFilters, saveRules } from './store.ts'
import { wantedRule } from './wanted.ts'
import { words } from './words.ts'

const save = async (rules: readonly Rule[], told: string): Promise<void> => {
  const { is } = await saveRules(rules)
  if (is === 'saved') announce(told)
  else toast({ text: words().notSaved, kind: 'error' })
}

const moved = (rules: readonly Rule[], from: number, to: number): readonly Rule[] => {
  const rule = rules[from]
  return rule === undefined ? rules : rules.toSpliced(from, 1).toSpliced(to, 0, rule)
}

const RuleList = ({ rules, onEdit }: { readonly rules: readonly Rule[]; readonly onEdit: (at: number) => void }): JSX.Element => {
  const text = words()
  /** Places of the rule that is dragged, and of the one it is over. */
  const dragged = useSignal<number | undefined>(undefined)
  const over = useSignal<number | undefined>(undefined)
  const move = (from: number, to: number): void => {
    const rule = rules[from]
    if (rule !== undefined && from !== to) void save(moved(rules, from, to), text.moved(rule.name, to + 1))
  }
  const drop = (): void => {
    if (dragged.value !== undefined && over.value !== undefined) move(dragged.value, over.value)
    dragged.value = over.value = undefined
  }
  const remove = (at: number, { name }: Rule): void => {
    void save(rules.filter((_, place) => place !== at), text.removed(name))
    toast({ text: text.removed(name), action: { label: text.undo, run: () => void save(rules, text.saved) } })
  }
  return (
    <ol class="rules">
      {rules.map((rule, at) => (
        <RuleItem
          key={`${at} ${rule.name}`}
          rule={rule}
          isFirst={at === 0}
          isLast={at === rules.length - 1}
          onToggle={(isOn) => void save(rules.with(at, { ...rule, isOn }), text.changed(rule.name))}
          onEdit={() => onEdit(at)}
          onMove={(by) => move(at, at + by)}
          drag={{
            isOver: over.value === at && dragged.value !== at ? (at > (dragged.value ?? at) ? 'below' : 'above') : 'no',
            onStart: () => (dragged.value = at),
            onOver: () => (over.value = at),
            onDrop: drop,
            onEnd: () => (dragged.value = over.value = undefined),
            isOurs: () => dragged.value !== undefined,
          }}
          onRemove={() => remove(at, rule)}
        />
      ))}
    </ol>
  )
}

/** What a new rule begins with: that of the sender whom somebody came here with. */
const beginning = (): Rule => {
  const wanted = wantedRule.peek()
  if (wanted === undefined) return newRule
  const junk = wanted.blocks ? mailboxPaths().find(({ use }) => use === '\\Junk') : undefined
  const actions = junk === undefined ? newRule.actions : [{ ...newAction, value: junk.path, use: junk.use }]
  return { ...newRule, name: wanted.name, conditions: [{ ...newCondition, value: wanted.address }], actions }
}

const Rules = ({ rules }: { readonly rules: readonly Rule[] }): JSX.Element => {
  const text = words()
  /** The place of the rule that is changed; behind the last: a new one. */
  const editing = useSignal<number | undefined>(wantedRule.peek() === undefined ? undefined : rules.length)
  const applying = useSignal(false)
  const at = editing.value
  const close = (): void => {
    editing.value = undefined
    wantedRule.value = undefined
  }
  const done = (rule: Rule): void => {
    close()
    if (at !== undefined) void save([...rules.slice(0, at), rule, ...rules.slice(at + 1)], text.changed(rule.name))
  }
  return (
    <>
      {rules.length === 0 ? <p class="rules-none">{text.none}</p> : <RuleList rules={rules} onEdit={(place) => (editing.value = place)} />}
      {rules.length >= rulesMax ? null : (
        <div class="rules-more">
          <Button label={text.add} icon={IconPlus} kind="primary" onClick={() => (editing.value = rules.length)} />
          {rules.some(({ isOn }) => isOn) ? <Button label={text.apply} onClick={() => (applying.value = true)} /> : null}
        </div>
      )}
      {applying.value ? <ApplyDialog rules={rules} onClose={() => (applying.value = false)} /> : null}
      {at === undefined ? null : (
        <RuleDialog rule={rules[at] ?? beginning()} isNew={at >= rules.length} onSave={done} onClose={close} />
      )}
    </>
  )
}

const FiltersPage = (): JSX.Element => {
  const text = words()
  const advanced = useSignal(false)
  useEffect(() => void loadFilters(), [])
  const found = filters.value
  if (filtersFailed.value) {
    return (
      <p role="alert">
        {text.failed} <Button label={text.again} onClick={() => void loadFilters()} />
      </p>
    )
  }
  if (found === undefined) return <p aria-busy="true" />
  return (
    <>
      <p class="settings-hint">{text.hint}</p>
      {found.ownScript?.isActive === true ? (
        <div class="filters-notice">
          <p>{text.ownActive}</p>
          <Button label={text.backToRules} onClick={() => void save(found.rules, text.saved)} />
        </div>
      ) : null}
      <Rules rules={found.rules} />
      <details class="filters-advanced" onToggle={(event) => (advanced.value = event.currentTarget.open)}>
        <summary>{text.advanced}</summary>
        {advanced.value ? <ScriptEditor /> : null}
      </details>
    </>
  )
}

export default FiltersPage
