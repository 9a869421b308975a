import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { edit, takeText, type Composer } from './composer.ts'
import { identities } from './identities.ts'
import { RecipientField } from './recipient-field.tsx'
import { signatureHtml } from './opening.ts'
import { shares } from '../store/shares.ts'
import { withSignature } from './signature.ts'
import { words } from './words.ts'

const writeAs = (composer: Composer, identityId: string): void => {
  const before = identities.value.find(({ id }) => id === composer.draft.value.identityId)
  const next = identities.value.find(({ id }) => id === identityId)
  if (next === undefined) return
  const from = { name: next.name === '' ? null : next.name, email: next.email }
  const replyTo = next.replyTo ?? []
  const editor = composer.editor.value
  if (editor === undefined) {
    edit(composer, { identityId, from, replyTo, text: withSignature(composer.draft.value.text, before?.textSignature ?? '', next.textSignature) })
    return
  }
  editor.exchange(before === undefined ? '' : signatureHtml(before), signatureHtml(next))
  edit(composer, { identityId, from, replyTo })
  takeText(composer)
}

/** Who writes is always seen where there is a choice. */
const From = ({ composer }: { composer: Composer }): JSX.Element | null => {
  const id = useId()
  const all = identities.value.filter(({ email }) => !email.startsWith('*'))
  if (all.length < 2) return null
  return (
    <div class="compose-line">
      <label class="compose-label" for={id}>
        {words().from}
      </label>
      <select id={id} class="compose-select" value={composer.draft.value.identityId ?? ''} onChange={(event) => writeAs(composer, event.currentTarget.value)}>
        {all.map((identity) => (
          <option key={identity.id} value={identity.id}>
            {identity.name === '' ? identity.email : `${identity.name} <${identity.email}>`}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Whoever answers mail of a shared mailbox does so in their own name, which is said before anything is written. */
const SharedNote = ({ composer }: { composer: Composer }): JSX.Element | null => {
  const { answers, from } = composer.draft.value
  const share = shares.value.get(answers?.accountId ?? '')
  if (share === undefined || from === null) return null
  return <p class="compose-shared">{words().sharedAnswer(share.mailbox.name, from.email)}</p>
}

export const ComposeFields = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const id = useId()
  return (
    <div class="compose-fields">
      <SharedNote composer={composer} />
      <From composer={composer} />
      <div class="compose-to">
        <RecipientField composer={composer} line="to" autoFocus={composer.focusFirst === 'to'} />
        {composer.showCopies.value ? null : (
          <Button label={text.showCc} iconOnly kind="quiet" class="compose-show-cc" onClick={() => (composer.showCopies.value = true)}>
            Cc/Bcc
          </Button>
        )}
      </div>
      {composer.showCopies.value ? (
        <>
          <RecipientField composer={composer} line="cc" />
          <RecipientField composer={composer} line="bcc" />
        </>
      ) : null}
      <div class="compose-line">
        <label class="compose-label" for={id}>
          {text.subject}
        </label>
        <input
          id={id}
          class="compose-subject"
          type="text"
          autocomplete="off"
          maxLength={2000}
          value={composer.draft.value.subject}
          onInput={(event) => edit(composer, { subject: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
