/** A button that opens a menu (ARIA menu button pattern): arrows, Home, End, first letters; Esc closes and returns the focus. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, type ButtonProps } from './button.tsx'
import type { Icon } from './icon.tsx'
import { place } from './place.ts'
import './menu.css'

export interface MenuItem {
  readonly label: string
  readonly run: () => void
  readonly icon?: Icon | undefined
  readonly checked?: boolean | undefined
  readonly disabled?: boolean | undefined
  readonly danger?: boolean | undefined
  /** Shown at its right: the key that does the same. */
  readonly hint?: string | undefined
  /** Starts a new group. */
  readonly apart?: boolean | undefined
}

const Item = ({ item, onDone }: { item: MenuItem; onDone: () => void }): JSX.Element => {
  const Picture = item.icon
  return (
    <button
      type="button"
      role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={item.checked}
      aria-disabled={item.disabled === true ? true : undefined}
      tabIndex={-1}
      class={`menu-item ${item.danger === true ? 'menu-item-danger' : ''} ${item.apart === true ? 'menu-item-apart' : ''}`}
      onClick={() => {
        if (item.disabled === true) return
        onDone()
        item.run()
      }}
    >
      <span class="menu-mark">{item.checked === true ? '✓' : Picture === undefined ? null : <Picture />}</span>
      <span class="menu-label">{item.label}</span>
      {item.hint === undefined ? null : <kbd class="menu-hint">{item.hint}</kbd>}
    </button>
  )
}

const itemsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]')]

const moveTo = (list: HTMLElement, event: KeyboardEvent): void => {
  const items = itemsOf(list)
  const at = items.indexOf(document.activeElement as HTMLElement)
  const letter = event.key.length === 1 ? event.key.toLowerCase() : undefined
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  const steps: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items.at(at <= 0 ? -1 : at - 1),
    Home: items[0],
    End: items.at(-1),
  }
  const wanted = steps[event.key] ?? (letter === undefined ? undefined : after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter)))
  if (wanted === undefined) return
  event.preventDefault()
  wanted.focus()
}

export interface MenuListProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly near: HTMLElement | { readonly x: number; readonly y: number }
  /** `returnFocus` is false where the person pointed elsewhere. */
  readonly onClose: (returnFocus: boolean) => void
  readonly id?: string
  readonly head?: ComponentChildren
}

/** The open menu itself; also used for context menus, near a point. */
export const MenuList = ({ label, items, near, onClose, id, head }: MenuListProps): JSX.Element => {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return undefined
    element.showPopover()
    place(element, near)
    itemsOf(element)[0]?.focus({ preventScroll: true })
    return undefined
  }, [])
  useEffect(() => {
    const away = (event: Event): void => {
      if (event.target instanceof Node && list.current?.contains(event.target) === true) return
      if (near instanceof HTMLElement && event.target instanceof Node && near.contains(event.target)) return
      onClose(false)
    }
    document.addEventListener('pointerdown', away, true)
    return () => document.removeEventListener('pointerdown', away, true)
  }, [])
  return (
    <div
      ref={list}
      id={id}
      class="menu"
      popover="manual"
      role="menu"
      aria-label={label}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.isComposing) return
        if (event.key === 'Escape' || event.key === 'Tab') {
          event.preventDefault()
          onClose(true)
        } else moveTo(event.currentTarget, event)
      }}
    >
      {head}
      {items.map((item) => (
        <Item key={item.label} item={item} onDone={() => onClose(true)} />
      ))}
    </div>
  )
}

export interface MenuButtonProps extends Omit<ButtonProps, 'onClick' | 'expanded' | 'hasPopup' | 'controls'> {
  readonly items: readonly MenuItem[] | (() => readonly MenuItem[])
}

export const MenuButton = ({ items, ...props }: MenuButtonProps): JSX.Element => {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  return (
    <>
      <Button {...props} buttonRef={button} onClick={() => setOpen(!isOpen)} expanded={isOpen} hasPopup="menu" controls={isOpen ? id : undefined} />
      {isOpen && button.current !== null ? (
        <MenuList
          id={id}
          label={props.label}
          items={typeof items === 'function' ? items() : items}
          near={button.current}
          onClose={(returnFocus) => {
            setOpen(false)
            if (returnFocus) button.current?.focus()
          }}
        />
      ) : null}
    </>
  )
}
