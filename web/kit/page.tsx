/** Begins a page: its look, tips, keys, and the one root that everything is drawn into. */
import { render, type JSX } from 'preact'
import './tokens.css'
import './base.css'
import { startShortcuts } from './keys.ts'
import { Live } from './live.tsx'
import { startLook } from './look.ts'
import { Toasts } from './toast.tsx'
import { startTooltips } from './tooltip.ts'

export const startPage = (Page: () => JSX.Element): void => {
  const root = document.getElementById('page')
  if (root === null) throw new Error('this document has no #page')
  startLook()
  startTooltips()
  startShortcuts()
  render(
    <>
      <Page />
      <Toasts />
      <Live />
    </>,
    root,
  )
}
