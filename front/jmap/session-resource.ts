/** The session resource (RFC 8620 section 2), for one session: names and URLs are those of the host the client came to. */
import { createHash } from 'node:crypto'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import type { HttpSession } from '../http/session.ts'
import { accountsOf } from './accounts.ts'
import { announcedFor, type AnnouncedFacts } from './announced.ts'
import type { Method } from './method.ts'

export interface SessionResource {
  /** Changes when anything in it does (section 3.4, `sessionState`). */
  readonly state: string
  readonly json: JsonObject
}

const stateBytes = 9

export const paths = {
  api: '/jmap/api',
  upload: '/jmap/upload/{accountId}/',
  download: '/jmap/download/{accountId}/{blobId}/{name}?type={type}',
  eventSource: '/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}',
} as const

const ofShared = new Set<string>([capabilities.mail, capabilities.quota, capabilities.blob, capabilities.webmail])

/** A shared account is one mailbox, beside which none is made; the webmail says whose it is. */
const sharedCapability = (name: string, said: JsonObject, owner: string | null): readonly (readonly [string, JsonObject])[] => {
  if (!ofShared.has(name)) return []
  if (name === capabilities.webmail) return [[name, { ...said, owner }]]
  return [[name, name === capabilities.mail ? { ...said, mayCreateTopLevelMailbox: false, maxMailboxesPerEmail: 1 } : said]]
}

/** What a session is told, and which capabilities a request may use. */
export const sessionResources = (table: ReadonlyMap<string, Method>, facts: { readonly limits: JmapLimits; readonly vapidKey: string }) => {
  const announced = announcedFor(table)
  return {
    known: new Set<string>(announced.map(({ name }) => name)),
    of({ account, origin, who }: Pick<HttpSession, 'account' | 'origin' | 'who'>): SessionResource {
      const own: AnnouncedFacts = { ...facts, webSocketOrigin: origin.replace(/^http/, 'ws') }
      const id = accountId(account.account)
      const ofAccount = announced.flatMap(({ name, account: say }) => (say === null ? [] : [[name, say(own)] as const]))
      const resource: JsonObject = {
        capabilities: Object.fromEntries(announced.map(({ name, session }) => [name, session(own)])),
        accounts: Object.fromEntries(accountsOf(account, who.login).map(({ id: each, name, isPersonal, isReadOnly, owner }) => {
          const accountCapabilities = Object.fromEntries(isPersonal ? ofAccount : ofAccount.flatMap(([of, said]) => sharedCapability(of, said, owner)))
          return [each, { name, isPersonal, isReadOnly, accountCapabilities }]
        })),
        primaryAccounts: Object.fromEntries(ofAccount.map(([name]) => [name, id])),
        username: who.login,
        apiUrl: `${origin}${paths.api}`,
        downloadUrl: `${origin}${paths.download}`,
        uploadUrl: `${origin}${paths.upload}`,
        eventSourceUrl: `${origin}${paths.eventSource}`,
      }
      const state = createHash('sha256').update(JSON.stringify(resource)).digest().subarray(0, stateBytes).toString('base64url')
      return { state, json: { ...resource, state } }
    },
  }
}
export type SessionResources = ReturnType<typeof sessionResources>
