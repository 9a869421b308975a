/** Who has a shared mailbox, and what they may do: looked at, added, changed and taken away. Each change is made at once. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field } from '../../kit/field.tsx'
import { announce } from '../../kit/live.tsx'
import { shares, type Share } from '../store/shares.ts'
import { LevelSelect } from './level-select.tsx'
import { lettersOf, levelOfLetters } from './levels.ts'
import { MakeShare } from './make-share.tsx'
import { MemberRow } from './member-row.tsx'
import { membersOf, setMember, type Members } from './share-server.ts'
import './share-sheet.css'
import { endSharing, sharing } from './sharing.ts'
import { sheetWords } from './sheet-words.ts'

const MembersSheet = ({ share }: { share: Share }): JSX.Element => {
  const text = sheetWords()
  const id = useId()
  const members = useSignal<Members | undefined>(undefined)
  const address = useSignal('')
  const letters = useSignal(lettersOf.read)
  const error = useSignal<string | undefined>(undefined)
  /** Of a change in the list. */
  const problem = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const load = async (): Promise<void> => {
    members.value = await membersOf(share)
  }
  useEffect(() => void load().catch(() => (problem.value = text.failed)), [share.accountId])
  const change = async (whose: string, to: string | null, said: string): Promise<string | undefined> => {
    busy.value = true
    const refused = await setMember(share, whose, to)
    if (refused === undefined) announce(said)
    await load().catch(() => undefined)
    busy.value = false
    return refused
  }
  const changeHere = async (whose: string, to: string | null): Promise<void> => {
    problem.value = await change(whose, to, to === null ? text.taken(whose) : text.changed(whose))
  }
  const add = async (): Promise<void> => {
    const whose = address.value.trim()
    if (whose === '') {
      error.value = text.addressMissing
      return
    }
    error.value = await change(whose, letters.value, text.added(whose))
    if (error.value === undefined) address.value = ''
  }
  const all = Object.entries(members.value ?? {})
  return (
    <Dialog title={text.title(share.mailbox.name)} onClose={endSharing}>
      <div class="share-sheet" aria-busy={members.value === undefined}>
        <h3>{text.members}</h3>
        <ul class="share-members">
          {all.map(([whose, held]) => (
            <MemberRow
              key={whose}
              address={whose}
              letters={held}
              isOwner={whose === share.owner}
              busy={busy.value}
              onChange={(to) => void changeHere(whose, to)}
            />
          ))}
        </ul>
        {problem.value === undefined ? null : <p class="field-error" role="alert">{problem.value}</p>}
        {all.length === 1 ? <p class="share-nobody">{text.nobody}</p> : null}
        <form
          class="share-add"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <Field
            label={text.address}
            type="email"
            autocomplete="off"
            value={address.value}
            onInput={(value) => (address.value = value)}
            hint={text.addressHint}
            error={error.value}
            maxLength={320}
          />
          <div class="share-add-foot">
            <label class="field-label" for={id}>
              {text.level}
            </label>
            <LevelSelect id={id} value={levelOfLetters(letters.value)} onChange={(to) => (letters.value = to)} />
            <Button label={text.add} kind="primary" type="submit" disabled={busy.value} />
          </div>
        </form>
      </div>
    </Dialog>
  )
}

const ShareSheet = (): JSX.Element | null => {
  const asked = sharing.value
  if (asked === undefined) return null
  if (asked.is === 'make') return <MakeShare mailbox={asked.mailbox} onClose={endSharing} />
  const share = shares.value.get(asked.accountId)
  return share === undefined ? null : <MembersSheet share={share} />
}

export default ShareSheet
