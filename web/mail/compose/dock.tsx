/** The open composers, and how they come: asked for by the page, or left unsaved on this device the last time. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { sessionState } from '../../session/session.ts'
import { accountId } from '../jmap/account.ts'
import { connection } from '../jmap/connection.ts'
import { errorType } from '../jmap/errors.ts'
import { emailOf } from './compose-server.ts'
import { ComposerView } from './composer-view.tsx'
import { composers, createComposer, type Composer, type ComposerView as View } from './composer.ts'
import { keptDrafts, wipeHere } from './device-store.ts'
import './dock.css'
import { domainOf } from './address.ts'
import { loadIdentities } from './identities.ts'
import { unsavedHere } from './left-behind.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import { ownParts } from './own-parts.ts'
import { openDraft, type Opened, type OpeningPorts } from './opening.ts'
import { composeRequests, type ComposeRequest } from './requests.ts'
import { followSettings } from './settings.ts'
import { lockDraft, openElsewhere } from './tab-lock.ts'
import { words } from './words.ts'

/** More open composers would hide one another. */
const openMax = 6

const ports: OpeningPorts = {
  email: (id) => {
    const of = accountOfEmail(id)
    return emailOf(id, of === accountId() ? null : of)
  },
  savedDraft: (id) => emailOf(id, null),
  ownParts,
  identities: () => loadIdentities(),
  newMessageId: (from) => `${crypto.randomUUID()}@${domainOf(from) || location.hostname}`,
  cleaned: async (html, cids) => (await import('./editor/rich-editor.ts')).cleaned(html, cids),
}

const start = (opened: Opened, view: View): Composer => {
  const composer = createComposer(opened, view)
  lockDraft(composer, () => composers.value.includes(composer))
  return composer
}

const open = async (request: ComposeRequest): Promise<void> => {
  const same = request.is === 'draft' ? composers.value.find(({ keeper }) => keeper.emailId === request.emailId) : undefined
  if (same !== undefined) {
    if (same.view.value === 'small') same.view.value = 'docked'
    return
  }
  if (composers.value.length >= openMax) return
  try {
    const opened = await openDraft(ports, request)
    for (const { view } of composers.value) if (view.value !== 'small') view.value = 'small'
    start(opened, 'docked')
    announce(words().composer)
  } catch (error) {
    const text = words()
    const isGone = error instanceof Error && error.message.includes('no longer there')
    toast({ text: isGone ? text.notThere : errorType(error) === 'tooLarge' ? text.draftTooLong : text.notLoaded, kind: 'error' })
  }
}

let restoring: Promise<void> | undefined

/** What another tab is writing is not taken from it. */
const restore = async (): Promise<void> => {
  const [left, held] = await Promise.all([keptDrafts(accountId()), openElsewhere()])
  const here = left.filter(({ draft }) => !held.has(draft.messageId)).slice(0, openMax)
  if (here.length === 0) return
  await loadIdentities().catch(() => undefined)
  for (const [at, { draft, emailId }] of here.entries()) {
    const composer = start({ draft, emailId }, at === 0 ? 'docked' : 'small')
    composer.keeper.edited(draft)
  }
  toast({ text: words().restored(here.length) })
}

const watchReturn = (): (() => void) => {
  const retry = (): void => {
    for (const { keeper } of composers.value) keeper.retryNow()
  }
  const stopConnection = connection.subscribe((state) => {
    if (state === 'good') retry()
  })
  const stopSession = sessionState.subscribe((state) => {
    if (state === 'none' && unsavedHere.value) void wipeHere()
  })
  addEventListener('online', retry)
  return () => {
    stopConnection()
    stopSession()
    removeEventListener('online', retry)
  }
}

/** The browser asks before a page goes whose text is nowhere else. */
const guard = (event: BeforeUnloadEvent): void => {
  const atRisk = composers.value.some(({ keeper, uploads }) => uploads.value.length > 0 || ('here' in keeper.status.value && !keeper.status.value.here))
  if (atRisk) event.preventDefault()
}

const Dock = (): JSX.Element | null => {
  const requests = composeRequests.value
  useEffect(() => {
    void followSettings()
    if (unsavedHere.value) restoring ??= restore()
    addEventListener('beforeunload', guard)
    const stop = watchReturn()
    return () => {
      removeEventListener('beforeunload', guard)
      stop()
    }
  }, [])
  useEffect(() => {
    if (requests.length === 0) return
    composeRequests.value = []
    for (const request of requests) void open(request)
  }, [requests])
  const shown = composers.value
  if (shown.length === 0) return null
  return (
    <div class="compose-dock">
      {shown.map((composer) => (
        <ComposerView key={composer.key} composer={composer} />
      ))}
    </div>
  )
}

export default Dock
