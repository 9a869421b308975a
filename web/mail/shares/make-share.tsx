/** An own mailbox is not shared itself (ADR 0011): a shared one of its name is made, and its mail may move there. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { moveTo } from '../actions/actions.ts'
import { accountId } from '../jmap/account.ts'
import type { Mailbox } from '../jmap/types.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { shares } from '../store/shares.ts'
import { makeShare } from './share-server.ts'
import { sharing } from './sharing.ts'
import { sheetWords } from './sheet-words.ts'

export const MakeShare = ({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }): JSX.Element => {
  const text = sheetWords()
  const name = useSignal(mailboxName(mailbox))
  const moves = useSignal(mailbox.totalEmails > 0 && mailbox.role === null)
  const error = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const make = async (): Promise<void> => {
    busy.value = true
    const made = await makeShare(name.value.trim().normalize('NFC'))
    busy.value = false
    if ('refused' in made) {
      error.value = made.refused
      return
    }
    const share = shares.peek().get(made.accountId)
    if (moves.value && share !== undefined) void moveTo({ is: 'all', accountId: accountId(), filter: { inMailbox: mailbox.id } }, share.mailbox)
    sharing.value = { is: 'members', accountId: made.accountId }
  }
  return (
    <Dialog title={text.makeTitle(mailboxName(mailbox))} onClose={onClose}>
      <form
        class="mailbox-form"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <p>{text.makeHint}</p>
        <Field label={text.name} value={name.value} onInput={(value) => (name.value = value)} error={error.value} maxLength={200} required />
        {mailbox.totalEmails === 0 ? null : (
          <label class="share-move">
            <input type="checkbox" checked={moves.value} onChange={(event) => (moves.value = event.currentTarget.checked)} />
            {text.moveMail(mailbox.totalEmails)}
          </label>
        )}
        <div class="mailbox-form-foot">
          <Button label={kitWords().cancel} onClick={onClose} />
          <Button label={text.make} kind="primary" type="submit" disabled={busy.value} />
        </div>
      </form>
    </Dialog>
  )
}
