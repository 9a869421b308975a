import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { destroyForGood } from '../actions/destroy.ts'
import type { Target } from '../actions/targets.ts'
import { words } from '../actions/words.ts'
import { chosenCount, clearChoice } from './selection.ts'

const asked = signal<{ readonly target: Target; readonly count: number } | undefined>(undefined)

/** Asks before anything is deleted for good. */
export const askDestroy = (target: Target, count?: number): void => {
  asked.value = { target, count: count ?? (target.is === 'these' ? target.ids.length : chosenCount.peek()) }
}

export const DestroyDialog = (): JSX.Element | null => {
  if (asked.value === undefined) return null
  const { target, count } = asked.value
  const text = words()
  const close = (): void => {
    asked.value = undefined
  }
  const destroy = (): void => {
    close()
    clearChoice()
    void destroyForGood(target)
  }
  return (
    <Dialog
      title={text.sureTitle}
      onClose={close}
      actions={
        <>
          <Button label={kitWords().cancel} onClick={close} />
          <Button label={text.destroy} kind="danger" onClick={destroy} />
        </>
      }
    >
      <p>{text.sure(count)}</p>
    </Dialog>
  )
}
