/** The session resource (RFC 8620 section 2), and what hangs on it: the account, limits, the URLs. */
import { signal } from '@preact/signals'
import { keep, kept } from '../../session/database.ts'
import { keptResource, signedFetch } from '../../session/session.ts'
import { connection, pauseAfter } from './connection.ts'
import { JmapError } from './errors.ts'
import type { Id, SessionResource } from './types.ts'

export const resource = signal<SessionResource | undefined>(undefined)

const mailCapability = 'urn:ietf:params:jmap:mail'
const coreCapability = 'urn:ietf:params:jmap:core'

export const loadResource = async (): Promise<SessionResource> => {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await signedFetch('/.well-known/jmap')
      if (response.ok) {
        const found: SessionResource = await response.json()
        connection.value = 'good'
        resource.value = found
        void keep(keptResource, found).catch(() => undefined)
        return found
      }
      if (response.status < 500 && response.status !== 429) throw new JmapError('session', String(response.status))
    } catch (error) {
      if (error instanceof JmapError) throw error
    }
    connection.value = 'broken'
    await pauseAfter(tries)
  }
}

const isResource = (value: unknown): value is SessionResource =>
  typeof value === 'object' && value !== null && 'primaryAccounts' in value && 'accounts' in value && 'capabilities' in value && 'state' in value

/**
 * The resource as this browser had it last, so that the first question about mail need not wait for it; the answer says whether another one is to be
 * asked for (RFC 8620 section 3.4). False where none is kept. What is asked by it may be refused, as its account or a capability may be gone.
 */
export const recallResource = async (): Promise<boolean> => {
  const found = await kept(keptResource).catch(() => undefined)
  if (isResource(found)) resource.value = found
  return isResource(found)
}

let reloading: Promise<unknown> | undefined
let triedState: string | undefined

/** What a response says the session's state is (RFC 8620 section 3.4): another one, and the resource is asked for again, once. */
export const noteSessionState = (state: string | undefined): void => {
  if (state === undefined || resource.peek() === undefined || state === resource.peek()?.state || state === triedState || reloading !== undefined) return
  triedState = state
  reloading = loadResource().catch(() => undefined).finally(() => {
    reloading = undefined
  })
}

const loaded = (): SessionResource => {
  if (resource.value === undefined) throw new JmapError('session', 'not loaded yet')
  return resource.value
}

export const accountId = (): Id => loaded().primaryAccounts[mailCapability] ?? ''

export const has = (capability: string): boolean => resource.value?.capabilities[capability] !== undefined

/** Limits of the core capability; the smallest ones that RFC 8620 suggests where none is said. */
export const coreLimit = (name: 'maxCallsInRequest' | 'maxObjectsInGet' | 'maxObjectsInSet' | 'maxSizeUpload' | 'maxSizeRequest'): number => {
  const suggested = { maxCallsInRequest: 16, maxObjectsInGet: 500, maxObjectsInSet: 500, maxSizeUpload: 50_000_000, maxSizeRequest: 10_000_000 }
  const said = loaded().capabilities[coreCapability]?.[name]
  return typeof said === 'number' ? said : suggested[name]
}

/** The URL of a blob (RFC 8620 section 6.2); it needs `signedFetch`. */
export const downloadUrl = (blobId: Id, name: string, type: string): string => {
  const values: Record<string, string> = { accountId: accountId(), blobId, name, type }
  return loaded().downloadUrl.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? ''))
}

export const uploadUrl = (): string => loaded().uploadUrl.replace('{accountId}', encodeURIComponent(accountId()))
