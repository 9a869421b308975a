/** The script itself, for who writes it: saved only where it is right; mistakes lead to their places. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { announce } from '../../../kit/live.tsx'
import { toast } from '../../../kit/toast.tsx'
import { scriptOf } from './rules-script.ts'
import { filters, saveOwn, type ScriptMistake } from './store.ts'
import { words } from './words.ts'

const scriptBytesMax = 131_072

export const ScriptEditor = (): JSX.Element => {
  const text = words()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const script = useSignal(filters.value?.ownScript?.text ?? scriptOf(filters.value?.rules ?? []))
  const mistakes = useSignal<readonly ScriptMistake[]>([])
  const busy = useSignal(false)

  const save = async (): Promise<void> => {
    busy.value = true
    const saved = await saveOwn(script.value)
    busy.value = false
    mistakes.value = saved.is === 'wrong' ? saved.mistakes : []
    if (saved.is === 'saved') announce(text.saved)
    else if (saved.is === 'failed') toast({ text: text.notSaved, kind: 'error' })
    else announce(text.mistakesTitle(saved.mistakes.length))
  }
  const goTo = ({ offset }: ScriptMistake): void => {
    area.current?.focus()
    area.current?.setSelectionRange(offset, offset + 1)
  }
  return (
    <div class="script-editor">
      <p class="settings-hint">{text.advancedHint}</p>
      <label class="field-label" for={id}>
        {text.script}
      </label>
      <textarea
        ref={area}
        id={id}
        class="input script-text"
        rows={18}
        spellcheck={false}
        autocapitalize="off"
        maxLength={scriptBytesMax}
        value={script.value}
        aria-invalid={mistakes.value.length > 0}
        aria-describedby={mistakes.value.length > 0 ? `${id}-mistakes` : undefined}
        onInput={(event) => (script.value = event.currentTarget.value)}
      />
      {mistakes.value.length === 0 ? null : (
        <div id={`${id}-mistakes`} class="script-mistakes">
          <p class="field-error">{text.mistakesTitle(mistakes.value.length)}</p>
          <ul>
            {mistakes.value.map((mistake) => (
              <li key={`${mistake.offset} ${mistake.message}`}>
                <button type="button" class="script-mistake" onClick={() => goTo(mistake)}>
                  <span>{text.mistakeAt(mistake.line, mistake.column)}</span> {mistake.message}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <Button label={text.saveScript} kind="primary" disabled={busy.value} onClick={() => void save()} />
      </div>
    </div>
  )
}
