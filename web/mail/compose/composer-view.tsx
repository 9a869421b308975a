/** One composer: docked at the foot, as large as the page, or only its title. On phones always a page of its own. */
import type { JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconAttachment, IconClose, IconSend, IconTrash } from '../../kit/icons.ts'
import { isComposing } from '../../kit/keys.ts'
import { MenuButton } from '../../kit/menu.tsx'
import { addLayer } from '../../kit/router.ts'
import { layout } from '../preferences.ts'
import { AttachmentList } from './attachment-list.tsx'
import { ComposeFields } from './compose-fields.tsx'
import { delayMaxSeconds } from './compose-server.ts'
import type { Composer } from './composer.ts'
import { FormatBar } from './format-bar.tsx'
import { switchFormat } from './format-switch.ts'
import { IconClock, IconDocked, IconFull, IconSmall } from './icons.ts'
import { KeepState } from './keep-state.tsx'
import { closeComposer } from './leaving.ts'
import { send } from './sending.ts'
import { Sheets } from './sheets.tsx'
import { takeOver } from './tab-lock.ts'
import { PlainText, RichText } from './text-editors.tsx'
import { attach } from './uploads.ts'
import { words } from './words.ts'

const Head = ({ composer, id }: { composer: Composer; id: string }): JSX.Element => {
  const text = words()
  const { view } = composer
  const title = composer.draft.value.subject.trim() || text.newMessage
  return (
    <div class="compose-head" onDblClick={() => (view.value = view.value === 'small' ? 'docked' : 'small')}>
      <h2 class="compose-title one-line" id={id}>
        {title}
      </h2>
      <span class="compose-window">
        <Button
          label={view.value === 'small' ? text.restore : text.minimise} icon={IconSmall} iconOnly kind="quiet" class="compose-sizes"
          onClick={() => (view.value = view.value === 'small' ? 'docked' : 'small')}
        />
        <Button
          label={view.value === 'full' ? text.restore : text.maximise} icon={view.value === 'full' ? IconDocked : IconFull}
          iconOnly kind="quiet" class="compose-sizes"
          onClick={() => (view.value = view.value === 'full' ? 'docked' : 'full')}
        />
        <Button label={text.closeSaved} icon={IconClose} iconOnly kind="quiet" onClick={() => void closeComposer(composer)} />
      </span>
    </div>
  )
}

const Foot = ({ composer }: { composer: Composer }): JSX.Element => {
  const text = words()
  const file = useRef<HTMLInputElement>(null)
  const rich = composer.draft.value.html !== null
  const busy = composer.stage.value !== 'writing'
  return (
    <div class="compose-foot">
      <Button label={busy ? text.sending : text.send} kind="primary" icon={IconSend} keys="Control+Enter" disabled={busy} onClick={() => send(composer)} />
      {delayMaxSeconds() > 0 ? (
        <Button label={text.sendLater} icon={IconClock} iconOnly hasPopup="dialog" disabled={busy} onClick={() => (composer.sheet.value = 'schedule')} />
      ) : null}
      <Button label={text.attach} icon={IconAttachment} iconOnly kind="quiet" class="compose-attach" onClick={() => file.current?.click()} />
      <input
        ref={file} class="only-heard" type="file" multiple tabIndex={-1} aria-label={text.attach}
        onChange={(event) => {
          attach(composer, [...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <MenuButton
        label={rich ? text.rich : text.plain} kind="quiet"
        items={[
          { label: text.rich, checked: rich, run: () => (rich ? undefined : switchFormat(composer)) },
          { label: text.plain, checked: !rich, run: () => (rich ? switchFormat(composer) : undefined) },
        ]}
      />
      <span class="compose-space" />
      <Button label={text.discard} icon={IconTrash} iconOnly kind="quiet" onClick={() => (composer.sheet.value = 'discard')} />
    </div>
  )
}

const Elsewhere = ({ composer }: { composer: Composer }): JSX.Element => (
  <div class="compose-elsewhere" role="alert">
    <p>{words().elsewhere}</p>
    <Button label={words().takeOver} kind="primary" onClick={() => takeOver(composer)} />
  </div>
)

const Inside = ({ composer }: { composer: Composer }): JSX.Element => {
  const editor = composer.editor.value
  const problem = composer.problem.value
  return (
    <>
      <div class="compose-scroll">
        <ComposeFields composer={composer} />
        <div class="compose-text">{composer.draft.value.html === null ? <PlainText composer={composer} /> : <RichText composer={composer} />}</div>
      </div>
      <AttachmentList composer={composer} />
      {editor === undefined ? null : <FormatBar composer={composer} editor={editor} />}
      <div class="compose-states">
        {problem === undefined ? null : (
          <p class="compose-problem" role="alert">
            {problem}
          </p>
        )}
        <div class="compose-waits" role="status">
          {composer.waits.value ? (
            <>
              {words().sendsWhenUploaded}
              <Button label={words().cancel} kind="quiet" onClick={() => (composer.waits.value = false)} />
            </>
          ) : null}
        </div>
        <KeepState composer={composer} />
      </div>
      <Foot composer={composer} />
    </>
  )
}

export const ComposerView = ({ composer }: { composer: Composer }): JSX.Element => {
  const id = useId()
  const box = useRef<HTMLElement>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    const opener = document.activeElement
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [])
  useEffect(() => (layout.peek() === 'one' ? addLayer(() => void closeComposer(composer)) : undefined), [])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event) || document.querySelector('dialog[open]') !== null) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send(composer)
    } else if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault()
      void closeComposer(composer)
    }
  }
  const view = composer.view.value
  return (
    <section
      ref={box}
      class={`composer composer-${view} ${over ? 'composer-over' : ''}`}
      role="dialog"
      aria-labelledby={id}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget) === true) return
        setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        const files = [...(event.dataTransfer?.files ?? [])]
        if (files.length === 0 || event.defaultPrevented) return
        event.preventDefault()
        attach(composer, files)
      }}
    >
      <Head composer={composer} id={id} />
      {view === 'small' ? null : composer.stage.value === 'elsewhere' ? <Elsewhere composer={composer} /> : <Inside composer={composer} />}
      {over ? <p class="composer-drop">{words().dropHere}</p> : null}
      <Sheets composer={composer} />
    </section>
  )
}
