/** Begins the mail: with a session the account is loaded and followed, without one it is the sign-in page's turn. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { loadBrand } from '../brand/brand.ts'
import { startPage } from '../kit/page.tsx'
import { startRouter } from '../kit/router.ts'
import { loadSession, resumeSession } from '../session/session.ts'
import { SessionOver } from '../sign-in/session-over.tsx'
import { compose } from './compose/requests.ts'
import { Frame } from './frame/frame.tsx'
import { loadQuota } from './frame/quota.tsx'
import { loadResource } from './jmap/account.ts'
import { startLists } from './list/shown.ts'
import { ownsPath } from './place.ts'
import { loadMailboxes } from './store/mailboxes.ts'
import { startState, startSync, whenChanged } from './store/sync.ts'
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

const start = async (): Promise<void> => {
  void loadBrand()
  if (!(await loadSession()) && !(await resumeSession())) return toSignIn()
  await loadResource()
  // In one request: the first list follows as soon as the mailboxes are known.
  await Promise.all([loadMailboxes(), startState()])
  startRouter(ownsPath)
  startLists()
  started.value = true
  startSync(new AbortController().signal)
  openMailto()
  void loadQuota().catch(() => undefined)
  whenChanged(['Quota', 'Email'], () => void loadQuota().catch(() => undefined))
  return undefined
}

startPage(Mail)
void start()
