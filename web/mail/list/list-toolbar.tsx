import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconClose, IconMore } from '../../kit/icons.ts'
import { MenuButton, type MenuItem } from '../../kit/menu.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { roleHere } from '../place.ts'
import { buttonText, conversations } from '../preferences.ts'
import { current } from '../store/current.ts'
import { syncSoon } from '../store/sync.ts'
import { commands, runCommand, type Command } from './commands.ts'
import { askDestroy } from './destroy-dialog.tsx'
import { unreadOnly } from './shown.ts'
import { chooseKnown, chosen, chosenCount, clearChoice, wholeList } from './selection.ts'
import { words } from './words.ts'

const SelectAll = (): JSX.Element => {
  const total = current.value?.ids.value?.length ?? 0
  const all = total > 0 && (wholeList.value || chosen.value.size >= total)
  return (
    <label class="toolbar-check" data-tip={words().selectAll}>
      <input
        type="checkbox"
        aria-label={words().selectAll}
        checked={all}
        ref={(element) => {
          if (element !== null) element.indeterminate = !all && chosen.value.size > 0
        }}
        onChange={() => (chosenCount.value > 0 ? clearChoice() : chooseKnown())}
      />
    </label>
  )
}

const toItem = (command: Command): MenuItem => ({
  label: command.label,
  icon: command.icon,
  hint: command.key === '' ? undefined : command.key,
  run: () => void runCommand(command.name),
})

const inBar = new Set<Command['name']>(['trash', 'destroy', 'move', 'seen'])

const ChosenBar = (): JSX.Element => {
  const text = words()
  const there = commands().filter(({ isThere }) => isThere)
  return (
    <>
      <span class="toolbar-title numbers" role="status">
        {text.selected(chosenCount.value)}
      </span>
      {there
        .filter(({ name }) => inBar.has(name))
        .map((command) => (
          <Button
            key={command.name}
            label={command.label}
            icon={command.icon}
            kind="quiet"
            iconOnly={!buttonText.value}
            class="toolbar-button"
            onClick={() => void runCommand(command.name)}
          />
        ))}
      <MenuButton label={kitWords().more} icon={IconMore} iconOnly kind="quiet" items={there.filter(({ name }) => !inBar.has(name)).map(toItem)} />
      <Button label={text.clear} icon={IconClose} iconOnly kind="quiet" class="toolbar-clear" onClick={clearChoice} />
    </>
  )
}

const listItems = (): readonly MenuItem[] => {
  const text = words()
  const role = roleHere.value
  const list = current.peek()
  const total = list?.ids.peek()?.length ?? 0
  const empty: MenuItem = {
    label: role === 'trash' ? text.empty : text.emptyJunk,
    danger: true,
    apart: true,
    disabled: total === 0,
    run: () => {
      if (list !== undefined) askDestroy({ is: 'all', accountId: list.query.accountId, filter: list.query.filter }, total)
    },
  }
  return [
    { label: text.reload, run: () => syncSoon() },
    { label: text.unreadOnly, checked: unreadOnly.value, run: () => (unreadOnly.value = !unreadOnly.value) },
    { label: text.byThread, checked: conversations.value, run: () => (conversations.value = !conversations.value) },
    ...(role === 'trash' || role === 'junk' ? [empty] : []),
  ]
}

/** Above the list: its name and size, or what can be done with what is chosen. */
export const ListToolbar = ({ title }: { title: string }): JSX.Element => {
  const text = words()
  const total = current.value?.ids.value?.length
  const known = total !== undefined && current.value?.counting.value !== true
  return (
    <div class="toolbar">
      <SelectAll />
      {chosenCount.value > 0 ? (
        <ChosenBar />
      ) : (
        <>
          <h1 class="toolbar-title one-line">
            {title} <span class="toolbar-count numbers">{known ? text.total(total) : ''}</span>
          </h1>
          <MenuButton label={kitWords().more} icon={IconMore} iconOnly kind="quiet" items={listItems} />
        </>
      )}
    </div>
  )
}

/** Offers the whole mailbox or search, once all that is loaded is chosen. */
export const WholeBar = (): JSX.Element | null => {
  const text = words()
  const list = current.value
  const total = list?.ids.value?.length ?? 0
  const loaded = list?.ids.value?.filter((id) => id !== undefined).length ?? 0
  if (wholeList.value) return <p class="list-bar">{text.wholeChosen(total)}</p>
  if (chosen.value.size < loaded || loaded === 0 || loaded >= total || list?.counting.value === true) return null
  const label = list?.query.isSearch === true ? text.wholeSearch(total) : text.wholeMailbox(total)
  return (
    <p class="list-bar">
      <Button label={label} kind="quiet" onClick={() => (wholeList.value = true)} />
    </p>
  )
}
