/** A page with nothing but the composer and the contacts, for their tests in a browser: what the frame of the webmail gives them, no more. */
import type { JSX } from 'preact'
import { signal } from '@preact/signals'
import { startPage } from '../../kit/page.tsx'
import { startRouter, address } from '../../kit/router.ts'
import { ComposeHost } from '../../mail/compose/host.tsx'
import { compose } from '../../mail/compose/requests.ts'
import { loadResource } from '../../mail/jmap/account.ts'
import { beginSession } from '../../session/session.ts'

const isReady = signal(false)
const pages: Record<string, () => JSX.Element> = {}

const Page = (): JSX.Element => {
  if (!isReady.value) return <main aria-busy="true" />
  const shown = Object.entries(pages).find(([path]) => address.value.path.startsWith(path))
  return (
    <>
      <main>
        {shown === undefined ? <h1>メール</h1> : shown[1]()}
        <button type="button" id="opener" onClick={() => compose({ is: 'new' })}>
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
