/** The reading pane: subject once, then the message or its conversation; the message that comes next is loaded ahead. */
import { computed, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconArchive, IconBack, IconDown, IconJunk, IconLabel, IconTrash, IconUp } from '../../kit/icons.ts'
import { isDark } from '../../kit/look.ts'
import type { Id } from '../jmap/types.ts'
import { MessageLabels } from '../labels/message-labels.tsx'
import { commands, runCommand } from '../list/commands.ts'
import { goOn } from '../list/open.ts'
import { neighbour } from '../list/selection.ts'
import { buttonText, layout } from '../preferences.ts'
import type { ReadingProps } from '../slots.ts'
import { emailRow } from '../store/emails.ts'
import { Conversation } from './conversation.tsx'
import type { FrameOf } from './html-frame.tsx'
import { firstWish, Message } from './message.tsx'
import { loadReadingSettings } from './reading-settings.ts'
import { ReportDialog } from './report-dialog.tsx'
import './reading.css'
import { readThreadAhead } from './threads.ts'
import { viewOf } from './views.ts'
import { words } from './words.ts'

/** Asked for when what is open stands: it has the network first. */
const aheadAfterMs = 250

const aheadId = signal<string | undefined>(undefined)

const ahead = computed<readonly FrameOf[]>(() => {
  const id = aheadId.value
  const found = id === undefined ? undefined : viewOf(id, firstWish()).value
  return found?.is === 'there' && found.view.body.is === 'html' ? [{ key: found.view.body.url, body: found.view.body, isShown: false }] : []
})

const Bar = ({ onClose }: { onClose: () => void }): JSX.Element => {
  const text = words()
  const icons = { trash: IconTrash, destroy: IconTrash, archive: IconArchive, junk: IconJunk, notJunk: IconJunk, label: IconLabel } as const
  const shown = commands().filter(({ name, isThere }) => isThere && Object.hasOwn(icons, name))
  return (
    <div class="reading-bar" role="toolbar" aria-label={text.message}>
      {layout.value === 'three' ? null : <Button label={text.back} icon={IconBack} iconOnly kind="quiet" keys="u" onClick={onClose} />}
      {shown.map(({ name, label, icon, key }) => (
        <Button key={name} label={label} icon={icon} iconOnly={!buttonText.value} kind="quiet" keys={key} onClick={() => void runCommand(name)} />
      ))}
      <span class="reading-bar-space" />
      <Button label={text.previous} icon={IconUp} iconOnly kind="quiet" keys="k" onClick={() => goOn(-1)} />
      <Button label={text.next} icon={IconDown} iconOnly kind="quiet" keys="j" onClick={() => goOn(1)} />
    </div>
  )
}

const Title = ({ emailId, box }: { emailId: Id; box: { readonly current: HTMLElement | null } }): JSX.Element => {
  // The pane stays from one message to the next, and with it how far it was scrolled. A conversation, which is below, then scrolls to what is new.
  useLayoutEffect(() => box.current?.parentElement?.scrollTo({ top: 0 }), [emailId])
  const subject = emailRow(emailId).value?.subject ?? viewSubject(emailId)
  return (
    <div class="reading-title">
      <h2 class="reading-subject"><bdi>{subject === '' ? words().noSubject : (subject ?? '\u00a0')}</bdi></h2>
      <MessageLabels emailId={emailId} />
    </div>
  )
}

const ReadingPane = ({ emailId, conversation, onClose }: ReadingProps): JSX.Element => {
  const text = words()
  const box = useRef<HTMLElement>(null)
  useEffect(() => void loadReadingSettings(), [])
  useEffect(() => {
    const timer = window.setTimeout(() => {
      aheadId.value = neighbour(1)
      if (conversation && aheadId.value !== undefined) readThreadAhead(aheadId.value)
    }, aheadAfterMs)
    return () => window.clearTimeout(timer)
  }, [emailId, isDark.value, conversation])
  return (
    <section ref={box} class="reading" aria-label={text.message}>
      <Bar onClose={onClose} />
      <Title emailId={emailId} box={box} />
      {conversation ? <Conversation emailId={emailId} /> : <Message emailId={emailId} isOpen fills ahead={ahead.value} />}
      <ReportDialog />
    </section>
  )
}

/** A message that came by its address alone has no row in a list. */
const viewSubject = (emailId: string): string | undefined => {
  const found = viewOf(emailId, firstWish()).value
  return found.is === 'there' ? found.view.subject : undefined
}

export default ReadingPane
