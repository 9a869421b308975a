/** The text of the message: the rich editor, loaded when needed, or a plain field. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { edit, pictureUrl, takeText, type Composer } from './composer.ts'
import { placeFiles } from './uploads.ts'
import { words } from './words.ts'

/** The editor tells of each keystroke; its text is read when none came for so long, or when it is needed. */
const readMs = 250

export const RichText = ({ composer }: { composer: Composer }): JSX.Element => {
  const host = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(0)
  useEffect(() => {
    let gone = false
    let timer = 0
    import('./editor/rich-editor.ts').then(
      ({ mountRichEditor }) => {
        if (gone || host.current === null) return
        const editor = mountRichEditor(host.current, {
          html: composer.draft.value.html ?? '',
          label: words().text,
          cids: () => new Set([...composer.pictures.keys(), ...composer.draft.value.parts.flatMap(({ cid }) => (cid === null ? [] : [cid]))]),
          pictureUrl: (cid) => pictureUrl(composer, cid),
          onChange: () => {
            window.clearTimeout(timer)
            timer = window.setTimeout(() => takeText(composer), readMs)
          },
          onFiles: (files) => void placeFiles(composer, files),
        })
        composer.editor.value = editor
        if (composer.focusFirst === 'text') editor.focus('start')
      },
      () => setFailed((times) => times + 1),
    )
    return () => {
      gone = true
      window.clearTimeout(timer)
      takeText(composer)
      composer.editor.value?.destroy()
      composer.editor.value = undefined
    }
  }, [])
  return (
    <>
      <div ref={host} class="compose-rich" aria-busy={composer.editor.value === undefined} />
      {failed === 0 ? null : (
        <div class="compose-missing" role="alert">
          <p>{words().editorMissing}</p>
          <Button label={words().toPlain} onClick={() => edit(composer, { html: null })} />
        </div>
      )}
    </>
  )
}

export const PlainText = ({ composer }: { composer: Composer }): JSX.Element => {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (composer.focusFirst !== 'text') return
    field.current?.focus()
    field.current?.setSelectionRange(0, 0)
  }, [])
  return (
    <textarea
      ref={field}
      class="compose-plain"
      aria-label={words().text}
      value={composer.draft.value.text}
      onInput={(event) => edit(composer, { text: event.currentTarget.value })}
      onPaste={(event) => {
        const files = [...(event.clipboardData?.files ?? [])]
        if (files.length === 0) return
        event.preventDefault()
        void placeFiles(composer, files)
      }}
    />
  )
}
