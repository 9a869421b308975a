/** The page: a bar above, mailboxes at the left, the list, and the message that is open; as many beside each other as fit. */
import { useComputed, useSignalEffect } from '@preact/signals'
import { createElement, type ComponentType, type JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { IconClose, IconCompose, IconMail } from '../../kit/icons.ts'
import { addShortcuts } from '../../kit/keys.ts'
import { lazy } from '../../kit/lazy.tsx'
import { addLayer } from '../../kit/router.ts'
import { Splitter } from '../../kit/splitter.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { ComposeHost } from '../compose/host.tsx'
import { compose } from '../compose/requests.ts'
import { bindings, helpOpen } from '../keyboard/bindings.ts'
import { MailboxList } from '../mailboxes/mailbox-list.tsx'
import { MessageList } from '../list/message-list.tsx'
import { closeEmail, listId } from '../list/open.ts'
import { mailboxIdHere, openEmailId, pageHere } from '../place.ts'
import { pages, type Page } from '../pages.ts'
import { parts } from '../parts.ts'
import { conversations, layout, listMax, listMin, listRem, railMax, railMin, railRem } from '../preferences.ts'
import type { ReadingProps } from '../slots.ts'
import { words } from '../words.ts'
import { BottomBar } from './bottom-bar.tsx'
import './frame.css'
import { InEffectLinks } from './in-effect.tsx'
import { Notices } from './notices.tsx'
import { Quota } from './quota.tsx'
import { railOpen } from './rail-open.ts'
import { TopBar } from './top-bar.tsx'
import { titleNow } from './title.ts'

/** The list has the network first; then what opens a message is loaded before one is opened. */
const readingAfterMs = 1_000

const Reading = parts.reading === undefined ? undefined : lazy<ReadingProps>(parts.reading)
const HelpDialog = lazy(async () => ({ default: (await import('../keyboard/help-dialog.tsx')).HelpDialog }))
const bodies = new Map(pages.map((page) => [page.path, lazy(page.load)]))

const PageLink = ({ page: { path, name, icon: Picture }, onOpen }: { page: Page; onOpen: () => void }): JSX.Element => {
  const isHere = useComputed(() => pageHere.value?.path === path)
  return (
    <a class="mailbox-link" href={path} aria-current={isHere.value ? 'page' : undefined} onClick={onOpen}>
      <Picture />
      <span>{name()}</span>
    </a>
  )
}

const Rail = (): JSX.Element => {
  const text = words()
  const close = (): void => {
    railOpen.value = false
  }
  const closeByHand = (): void => {
    close()
    document.querySelector<HTMLElement>('.top-bar .button')?.focus()
  }
  return (
    <div class="rail" id="rail">
      <div class="rail-head">
        <Button label={text.compose} icon={IconCompose} kind="primary" class="rail-compose" keys="c" onClick={() => compose({ is: 'new' })} />
        {layout.value === 'one' ? <Button label={kitWords().close} icon={IconClose} iconOnly kind="quiet" onClick={closeByHand} /> : null}
      </div>
      <div class="rail-scroll">
        <MailboxList onOpen={close} />
        <nav class="rail-pages" aria-label={text.navigation}>
          {pages.map((page) => (
            <PageLink key={page.path} page={page} onOpen={close} />
          ))}
        </nav>
      </div>
      <InEffectLinks />
      <Quota />
    </div>
  )
}

const ReadingSlot = (): JSX.Element => {
  const emailId = openEmailId.value
  if (emailId === undefined || Reading === undefined) {
    return (
      <div class="reading-none">
        <IconMail class="reading-none-icon" />
        <p>{words().nothingOpen}</p>
      </div>
    )
  }
  return <Reading emailId={emailId} conversation={conversations.value} mailboxId={mailboxIdHere.value} onClose={closeEmail} />
}

const Panes = (): JSX.Element => {
  const text = words()
  const three = layout.value === 'three'
  const isReading = useComputed(() => openEmailId.value !== undefined)
  const reading = isReading.value
  const covered = !three && reading
  return (
    <>
      {/* The list stays in the document while a message covers it: its place is kept. */}
      <div class={`pane-list ${covered ? 'pane-away' : ''}`} style={{ width: three ? `${listRem.value}rem` : '' }} inert={covered}>
        <MessageList />
      </div>
      {three ? (
        <Splitter label={text.listWidth} value={listRem.value} min={listMin} max={listMax} onChange={(rem) => (listRem.value = rem)} />
      ) : null}
      {three || reading ? (
        <div class="pane-reading" id="reading" tabIndex={-1}>
          <ReadingSlot />
        </div>
      ) : null}
    </>
  )
}

const PageBody = ({ path }: { path: string }): JSX.Element => {
  const Body: ComponentType | undefined = bodies.get(path as `/${string}`)
  return <div class="pane-page" id="page-body" tabIndex={-1}>{Body === undefined ? null : createElement(Body, {})}</div>
}

const SkipLinks = (): JSX.Element => (
  <div class="skip">
    {pageHere.value !== undefined ? <a href="#page-body">{words().toPage}</a> : <a href={`#${listId}`}>{words().toList}</a>}
    {openEmailId.value === undefined ? null : <a href="#reading">{words().toMessage}</a>}
  </div>
)

export const Frame = (): JSX.Element => {
  const text = words()
  useEffect(() => addShortcuts(bindings()), [])
  useEffect(() => {
    const timer = window.setTimeout(() => Reading?.load(), readingAfterMs)
    return () => window.clearTimeout(timer)
  }, [])
  useSignalEffect(() => {
    document.title = titleNow.value
  })
  const shape = layout.value
  useSignalEffect(() => (railOpen.value && layout.peek() === 'one' ? addLayer(() => void (railOpen.value = false)) : undefined))
  const page = pageHere.value
  return (
    <div class={`frame ${railOpen.value ? 'frame-rail-open' : ''}`} data-layout={shape}>
      <SkipLinks />
      <TopBar />
      <Notices />
      <div class="panes">
        {shape !== 'one' || railOpen.value ? (
          <div class="pane-rail" style={shape === 'one' ? { width: '' } : { width: `${railRem.value}rem` }}>
            <Rail />
          </div>
        ) : null}
        {shape === 'one' ? null : (
          <Splitter label={text.railWidth} value={railRem.value} min={railMin} max={railMax} onChange={(rem) => (railRem.value = rem)} controls="rail" />
        )}
        <main class="pane-main">{page === undefined ? <Panes /> : <PageBody path={page.path} />}</main>
      </div>
      {shape === 'one' ? <BottomBar /> : null}
      <ComposeHost />
      {helpOpen.value ? <HelpDialog /> : null}
    </div>
  )
}
