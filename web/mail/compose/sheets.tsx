/** What is asked before something happens to a message: one sheet at a time. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import type { Composer } from './composer.ts'
import { ConfirmSheet } from './confirm-sheet.tsx'
import { confirmPlain } from './format-switch.ts'
import { discard } from './leaving.ts'
import { ScheduleSheet } from './schedule-sheet.tsx'
import { answerNo, answerYes } from './sending.ts'
import { safeTarget } from './editor/safe-target.ts'
import { words } from './words.ts'

interface AskProps {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly no: string
  readonly danger?: boolean
  readonly onYes: () => void
  readonly onNo: () => void
}

const Ask = ({ title, text, yes, no, danger = false, onYes, onNo }: AskProps): JSX.Element => (
  <Dialog
    title={title}
    onClose={onNo}
    actions={
      <>
        <Button label={no} onClick={onNo} />
        <Button label={yes} kind={danger ? 'danger' : 'primary'} onClick={onYes} />
      </>
    }
  >
    <p>{text}</p>
  </Dialog>
)

const LinkSheet = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const [href, setHref] = useState('')
  const [error, setError] = useState<string | undefined>()
  const close = (): void => {
    composer.sheet.value = 'none'
  }
  const set = (): void => {
    const wanted = href.trim()
    if (safeTarget(wanted) === undefined && !/^[^\s:/]+(?:@|\.)[^\s:]+$/u.test(wanted)) return setError(text.linkBad)
    close()
    composer.editor.value?.run({ is: 'link', href: wanted })
  }
  return (
    <Dialog
      title={text.link}
      onClose={close}
      actions={
        <>
          <Button label={text.cancel} onClick={close} />
          <Button label={text.linkSet} kind="primary" onClick={set} />
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          set()
        }}
      >
        <Field label={text.linkTarget} hint={text.linkHint} value={href} error={error} onInput={setHref} />
      </form>
    </Dialog>
  )
}

export const Sheets = ({ composer }: { composer: Composer }): JSX.Element | null => {
  const text = words()
  const back = (): void => answerNo(composer)
  const asked = { no: text.backToWriting, onNo: back, onYes: () => answerYes(composer) }
  switch (composer.sheet.value) {
    case 'none': return null
    case 'noSubject': return <Ask {...asked} title={text.noSubject} text={text.noSubjectText} yes={text.sendAnyway} />
    case 'forgotten': return <Ask {...asked} title={text.forgotten} text={text.forgottenText} yes={text.sendAnyway} />
    case 'discard':
      return <Ask title={text.discardAsk} text={text.discardText} yes={text.discard} no={text.cancel} danger onNo={back} onYes={() => void discard(composer)} />
    case 'toPlain':
      return <Ask title={text.toPlainAsk} text={text.toPlainText} yes={text.toPlainDo} no={text.cancel} onNo={back} onYes={() => confirmPlain(composer)} />
    case 'confirm': return <ConfirmSheet composer={composer} />
    case 'schedule': return <ScheduleSheet composer={composer} />
    case 'link': return <LinkSheet composer={composer} />
  }
}
