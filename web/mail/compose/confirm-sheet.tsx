/** 誤送信防止: every recipient is ticked off before the message goes; those outside stand first and say so in words. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import type { Composer } from './composer.ts'
import { recipientRows, type ConfirmRow } from './confirm-recipients.ts'
import { identities, sendersOf } from './identities.ts'
import { answerNo, answerYes } from './sending.ts'
import { writeSize } from './size.ts'
import { words } from './words.ts'

/** More rows than these are ticked with one press: nobody reads a hundred. */
const tickEachMax = 20

const Row = ({ row, done, onTick }: { row: ConfirmRow; done: boolean; onTick: () => void }): JSX.Element => {
  const text = words()
  const { name, email } = row.address
  return (
    <li class={`confirm-row ${row.outside ? 'confirm-outside' : ''}`}>
      <label class="confirm-label">
        <input type="checkbox" checked={done} onChange={onTick} aria-label={text.confirmOne(name === null ? email : `${name} ${email}`)} />
        <span class="confirm-field">{text[row.field]}</span>
        <span class="confirm-who">
          {name === null ? null : <span class="confirm-name">{name}</span>}
          <span class="confirm-email">{email}</span>
        </span>
        {row.outside ? <span class="confirm-mark">{text.outside}</span> : null}
      </label>
    </li>
  )
}

export const ConfirmSheet = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const draft = composer.draft.value
  const rows = recipientRows(draft, sendersOf(identities.value))
  const [done, setDone] = useState<ReadonlySet<number>>(new Set())
  const tick = (at: number): void => setDone(new Set(done.has(at) ? [...done].filter((other) => other !== at) : [...done, at]))
  const files = draft.parts.filter(({ cid }) => cid === null)
  return (
    <Dialog
      title={text.confirmTitle}
      wide
      onClose={() => answerNo(composer)}
      actions={
        <>
          <Button label={text.backToWriting} onClick={() => answerNo(composer)} />
          <Button label={text.confirmSend} kind="primary" disabled={done.size < rows.length} onClick={() => answerYes(composer)} />
        </>
      }
    >
      <p>{text.confirmText}</p>
      <ul class="confirm-rows">
        {rows.map((row, at) => (
          <Row key={row.field + row.address.email} row={row} done={done.has(at)} onTick={() => tick(at)} />
        ))}
      </ul>
      {rows.length > tickEachMax ? <Button label={text.confirmAll} onClick={() => setDone(new Set(rows.keys()))} /> : null}
      <dl class="confirm-rest">
        <dt>{text.subject}</dt>
        <dd>{draft.subject === '' ? text.noSubject : draft.subject}</dd>
        {files.length === 0 ? null : (
          <>
            <dt>{text.attachments}</dt>
            <dd>{files.map(({ name, size }) => `${name} (${writeSize(size)})`).join(', ')}</dd>
          </>
        )}
      </dl>
      <p class="confirm-count numbers" aria-live="polite">
        {text.confirmCount(done.size, rows.length)}
      </p>
    </Dialog>
  )
}
