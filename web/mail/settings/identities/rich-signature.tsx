/** A signature with bold, italics, links: the composer's editor, without pictures and files. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { IconBold, IconItalic, IconUnderline } from '../../compose/icons.ts'
import type { RichEditor } from '../../compose/editor/rich-editor.ts'
import { escapeLines } from '../../compose/opening.ts'
import { words } from './words.ts'

export interface RichSignatureProps {
  readonly html: string
  /** What it begins with where there is no formatted one yet. */
  readonly text: string
  readonly onChange: (html: string, text: string) => void
}

const formats = [['strong', IconBold], ['em', IconItalic], ['underline', IconUnderline]] as const

const noPicture = (): Promise<string> => Promise.reject(new Error('a signature holds no pictures'))

export const RichSignature = ({ html, text: plain, onChange }: RichSignatureProps): JSX.Element => {
  const text = words()
  const host = useRef<HTMLDivElement>(null)
  const editor = useSignal<RichEditor | undefined>(undefined)
  const isMissing = useSignal(false)
  useEffect(() => {
    let gone = false
    import('../../compose/editor/rich-editor.ts').then(
      ({ mountRichEditor }) => {
        if (gone || host.current === null) return
        const mounted = mountRichEditor(host.current, {
          html: html.trim() === '' ? escapeLines(plain) : html,
          label: words().richLabel,
          cids: () => new Set(),
          pictureUrl: noPicture,
          onChange: () => onChange(mounted.html(), mounted.text()),
          onFiles: () => undefined,
        })
        editor.value = mounted
      },
      () => (isMissing.value = true),
    )
    return () => {
      gone = true
      editor.value?.destroy()
    }
  }, [])
  if (isMissing.value) return <p role="alert">{text.editorMissing}</p>
  const active = editor.value?.active.value
  return (
    <div class="rich-signature">
      <div role="toolbar" aria-label={text.format} class="rich-signature-bar">
        {formats.map(([name, icon]) => (
          <Button
            key={name} label={text[name]} icon={icon} iconOnly kind="quiet" pressed={active?.[name] === true}
            onClick={() => editor.value?.run({ is: name })}
          />
        ))}
      </div>
      <div ref={host} class="rich-signature-text" aria-busy={editor.value === undefined} />
    </div>
  )
}
