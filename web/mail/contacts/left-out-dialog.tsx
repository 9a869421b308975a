/** Which rows of a file were left out, and why: a person mends them in the file and brings it in again. */
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { contactWords } from './contact-words.ts'
import type { LeftOut } from './csv.ts'
import { leftOut } from './files.ts'

/** Nobody reads more of them in a dialog. */
const shownMax = 200

const reasonOf = (left: LeftOut): string => {
  const text = contactWords()
  if (left.why === 'badAddress') return text.leftBadAddress(left.value)
  return { nothing: text.leftNothing, tooMany: text.leftTooMany, refused: text.leftRefused }[left.why]
}

export const LeftOutDialog = (): JSX.Element | null => {
  const text = contactWords()
  const { of, left: all } = leftOut.value
  if (all.length === 0) return null
  const close = (): void => {
    leftOut.value = { of, left: [] }
  }
  return (
    <Dialog title={text.leftTitle(all.length)} onClose={close} actions={<Button label={text.close} kind="primary" onClick={close} />}>
      <p>{text.leftHint}</p>
      <dl class="contacts-left">
        {all.slice(0, shownMax).map((left) => (
          <div key={left.row}>
            <dt>{of === 'rows' ? text.row(left.row) : text.card(left.row)}</dt>
            <dd>{reasonOf(left)}</dd>
          </div>
        ))}
      </dl>
      {all.length > shownMax ? <p>{text.leftMore(all.length - shownMax)}</p> : null}
    </Dialog>
  )
}
