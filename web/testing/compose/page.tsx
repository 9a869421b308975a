/** A page with nothing but the composer and pages beside it, for their tests in a browser: what the frame of the webmail gives them, no more. */
import { signal } from '@preact/signals'
import { createElement, type JSX } from 'preact'
import { lazy } from '../../kit/lazy.tsx'
import { startPage } from '../../kit/page.tsx'
import { address, startRouter } from '../../kit/router.ts'
import { ComposeHost } from '../../mail/compose/host.tsx'
import { compose } from '../../mail/compose/requests.ts'
import { loadResource } from '../../mail/jmap/account.ts'
import { pages } from '../../mail/pages.ts'
import { beginSession } from '../../session/session.ts'

const isReady = signal(false)
const bodies = pages.map(({ path, load }) => ({ path, Body: lazy(load) }))

const Page = (): JSX.Element => {
  if (!isReady.value) return <main aria-busy="true" />
  const shown = bodies.find(({ path }) => address.value.path.startsWith(path))
  return (
    <>
      <main>
        {shown === undefined ? <h1>メール</h1> : createElement(shown.Body, {})}
        <button type="button" id="opener" class="button" onClick={() => compose({ is: 'new' })}>
          作成
        </button>
      </main>
      <ComposeHost />
    </>
  )
}

startRouter(() => true)
startPage(Page)
Object.assign(globalThis, { testCompose: compose, testBeginSession: beginSession })
await loadResource()
isReady.value = true
