import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconTrash } from '../../kit/icons.ts'
import { LevelSelect } from './level-select.tsx'
import { levelOfLetters } from './levels.ts'
import { sheetWords } from './sheet-words.ts'

export interface MemberRowProps {
  readonly address: string
  readonly letters: string
  readonly isOwner: boolean
  readonly busy: boolean
  /** Null: none any more. */
  readonly onChange: (letters: string | null) => void
}

/** Somebody who has the mailbox, and what they may do. */
export const MemberRow = ({ address, letters, isOwner, busy, onChange }: MemberRowProps): JSX.Element => {
  const text = sheetWords()
  return (
    <li class="share-member">
      <bdi class="share-address">{address}</bdi>
      {isOwner ? (
        <span class="share-owner">{text.owner}</span>
      ) : (
        <>
          <LevelSelect
            label={text.rightsOf(address)}
            value={levelOfLetters(letters)}
            other={letters}
            disabled={busy}
            onChange={onChange}
          />
          <Button label={text.takeAway(address)} icon={IconTrash} iconOnly kind="quiet" disabled={busy} onClick={() => onChange(null)} />
        </>
      )}
    </li>
  )
}
