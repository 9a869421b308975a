/** News of the accounts (RFC 8620 section 7.3): an event stream read by `fetch`, since EventSource can't sign what it asks. */
import { signedFetch } from '../../session/session.ts'
import { resource } from './account.ts'
import { pauseAfter } from './connection.ts'
import { eventsOf } from './event-stream.ts'
import type { Id } from './types.ts'

/** States of the types that changed, by account. */
export type Changed = Readonly<Record<Id, Readonly<Record<string, string>>>>

const pingSeconds = 30
/** A stream from which nothing came for so long is dead, though nobody said so. */
export const silentMsMax = (pingSeconds * 2 + 15) * 1000

const urlNow = (): string =>
  (resource.value?.eventSourceUrl ?? '').replace('{types}', '*').replace('{closeafter}', 'no').replace('{ping}', String(pingSeconds))

const changedIn = (data: string): Changed | undefined => {
  try {
    const { changed }: { changed?: Changed } = JSON.parse(data)
    return changed
  } catch {
    return undefined
  }
}

/** What a stream says to all who listen to it. */
export type Word = { readonly is: 'open' } | { readonly is: 'alive' } | { readonly is: 'changed'; readonly changed: Changed }

const streamOnce = async (tell: (word: Word) => void, stop: AbortSignal): Promise<void> => {
  const silent = new AbortController()
  let timer = window.setTimeout(() => silent.abort(), silentMsMax)
  try {
    const response = await signedFetch(urlNow(), { headers: { Accept: 'text/event-stream' }, signal: AbortSignal.any([stop, silent.signal]) })
    if (!response.ok || response.body === null) throw new Error(`event stream: ${response.status}`)
    tell({ is: 'open' })
    for await (const { event, data } of eventsOf(response.body)) {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => silent.abort(), silentMsMax)
      const changed = event === 'state' ? changedIn(data) : undefined
      tell(changed === undefined ? { is: 'alive' } : { is: 'changed', changed })
    }
  } finally {
    window.clearTimeout(timer)
  }
}

/** Until `stop`. 'open' is told at each (re)connection: what happened meanwhile has to be asked for. */
export const stream = async (tell: (word: Word) => void, stop: AbortSignal): Promise<void> => {
  for (let failed = 0; !stop.aborted; ) {
    const began = Date.now()
    try {
      await streamOnce(tell, stop)
    } catch {
      // Tried again below, whatever it was; requests say whether the network is broken.
    }
    failed = Date.now() - began > silentMsMax ? 1 : failed + 1
    await pauseAfter(failed, stop).catch(() => undefined)
  }
}
