import type { JSX } from 'preact'
import { lettersOf, levels, type Level } from './levels.ts'
import { sheetWords } from './sheet-words.ts'

export interface LevelSelectProps {
  readonly id?: string
  /** Its name, where no label stands beside it. */
  readonly label?: string
  /** undefined: other letters than those of a step. */
  readonly value: Level | undefined
  readonly other?: string
  readonly disabled?: boolean
  readonly onChange: (letters: string) => void
}

/** Rights in three steps; what another program gave and is none of them stays until another is chosen. */
export const LevelSelect = ({ id, label, value, other = '', disabled, onChange }: LevelSelectProps): JSX.Element => {
  const text = sheetWords()
  return (
    <select
      id={id}
      class="input share-level"
      aria-label={label}
      value={value ?? 'other'}
      disabled={disabled}
      onChange={(event) => {
        const chosen = levels.find((level) => level === event.currentTarget.value)
        if (chosen !== undefined) onChange(lettersOf[chosen])
      }}
    >
      {value === undefined ? <option value="other">{text.other(other)}</option> : null}
      {levels.map((level) => (
        <option key={level} value={level}>
          {text.levels[level]}
        </option>
      ))}
    </select>
  )
}
