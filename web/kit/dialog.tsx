/** A modal dialog; on narrow screens a sheet. Esc and the cross close it, the focus returns to where it was. */
import type { ComponentChildren, JSX } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import './dialog.css'
import { IconClose } from './icons.ts'
import { words } from './words.ts'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  /** Buttons at its foot, the main one last. */
  readonly actions?: ComponentChildren
  readonly wide?: boolean
  /** One that cannot be left unanswered has no cross and does not close by Esc. */
  readonly mustAnswer?: boolean
  readonly children: ComponentChildren
}

export const Dialog = ({ title, onClose, actions, wide = false, mustAnswer = false, children }: DialogProps): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  const id = useId()
  const text = words()
  useLayoutEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    // Where something is looked for, typing begins at once.
    content.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus()
    // What scrolls must be reached by keys.
    if (content.current !== null) setScrolls(content.current.scrollHeight > content.current.clientHeight)
    return () => {
      dialog.current?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        if (!mustAnswer) onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !mustAnswer) onClose()
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 class="dialog-title" id={id}>
            {title}
          </h2>
          {mustAnswer ? null : <Button label={text.close} icon={IconClose} iconOnly kind="quiet" onClick={onClose} />}
        </div>
        <div ref={content} class="dialog-content" tabIndex={scrolls ? 0 : undefined}>{children}</div>
        {actions === undefined ? null : <div class="dialog-foot">{actions}</div>}
      </div>
    </dialog>
  )
}
