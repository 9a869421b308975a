/** Begins the mail: with a session the account is loaded and followed, without one it is the sign-in page's turn. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { loadBrand } from '../brand/brand.ts'
import { startPage } from '../kit/page.tsx'
import { startRouter } from '../kit/router.ts'
import { loadSession, resumeSession, sessionState } from '../session/session.ts'
import { SessionOver } from '../sign-in/session-over.tsx'
import { compose } from './compose/requests.ts'
import { Frame } from './frame/frame.tsx'
import { loadInEffect } from './frame/in-effect.tsx'
import { loadQuota } from './frame/quota.tsx'
import { loadResource, recallResource } from './jmap/account.ts'
import { loadColours } from './labels/colours.ts'
import { startLists } from './list/shown.ts'
import { ownsPath } from './place.ts'
import { tellEndedShares } from './shares/ended.ts'
import { loadMailboxes } from './store/mailboxes.ts'
import { loadNotices } from './store/notices.ts'
import { startShares, startState, startSync, whenChanged } from './store/sync.ts'
import { words } from './words.ts'

const started = signal(false)

const Mail = (): JSX.Element => (
  <>
    {started.value ? <Frame /> : <main class="loading" aria-busy="true" aria-label={words().starting} />}
    <SessionOver />
  </>
)

const toSignIn = (): void => {
  const back = location.pathname === '/' ? '' : `?to=${encodeURIComponent(location.pathname + location.search)}`
  location.replace(`/sign-in${back}`)
}

/** `/?mailto=…`: where an address in the HTML of a message leads (RFC 6068). Nothing is sent before the person does. */
const openMailto = (): void => {
  const href = new URLSearchParams(location.search).get('mailto')
  if (href === null || !href.toLowerCase().startsWith('mailto:')) return
  history.replaceState(null, '', '/')
  compose({ is: 'mailto', href })
}

const knowAccount = (): Promise<unknown> => Promise.all([loadMailboxes(), startState()])

/** By what this browser remembers of the account; where that comes to nothing, by what is so now. */
const beginAccount = async (): Promise<void> => {
  const isRecalled = await recallResource()
  if (!isRecalled) await loadResource()
  const known = knowAccount().catch(async (error: unknown) => {
    if (!isRecalled) throw error
    await loadResource()
    await knowAccount()
  })
  // In one request: the first list follows as soon as the mailboxes are known.
  await Promise.all([known, startShares()])
}

const start = async (): Promise<void> => {
  void loadBrand()
  if (!(await loadSession()) && !(await resumeSession())) return toSignIn()
  await beginAccount()
  startRouter(ownsPath)
  startLists()
  tellEndedShares()
  started.value = true
  // Signed out, here or in another tab: nothing of the mail stays on the screen.
  sessionState.subscribe((state) => {
    if (state === 'none') location.replace('/sign-in')
  })
  startSync(new AbortController().signal)
  openMailto()
  void loadQuota().catch(() => undefined)
  void loadColours().catch(() => undefined)
  whenChanged(['Setting'], () => void loadColours().catch(() => undefined))
  void loadNotices().catch(() => undefined)
  whenChanged(['OfficialNotice'], () => void loadNotices().catch(() => undefined))
  void import('./notifications/notifications.ts').then(({ loadPushNotices }) => loadPushNotices()).catch(() => undefined)
  void loadInEffect().catch(() => undefined)
  whenChanged(['Forwarding', 'VacationResponse'], () => void loadInEffect().catch(() => undefined))
  whenChanged(['Quota', 'Email'], () => void loadQuota().catch(() => undefined))
  return undefined
}

startPage(Mail)
void start()
