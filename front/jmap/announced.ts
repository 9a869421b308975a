/**
 * Capabilities of the session resource, with what each document wants said about them. One is announced where it has a method, or is
 * none of methods; so nobody is promised what isn't there.
 */
import { capabilities, dataTypes, type Capability } from '@bulkhead/wire/jmap/capabilities.ts'
import { collations } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import { objectsMax } from '@bulkhead/mail/journal/objects.ts'
import { scriptNameOctetsMax } from '@bulkhead/mail/rules/own-rules.ts'
import { extensions } from '@bulkhead/wire/sieve/extensions.ts'
import { notifyMethods } from '@bulkhead/wire/sieve/notify-methods.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import { deliverBySecondsMin, holdSecondsMax } from '@bulkhead/wire/smtp/submission-extensions.ts'
import { digestNames } from './blob/digests.ts'
import { maxSizeBlobSet } from './blob/limits.ts'
import { lookupTypes } from './blob/lookup.ts'
import { maxDataSources } from './blob/upload-method.ts'
import type { Method } from './method.ts'

export interface AnnouncedFacts {
  readonly limits: JmapLimits
  /** Origin with the scheme of WebSocket. */
  readonly webSocketOrigin: string
  /** Base64url of the uncompressed P-256 point that signs pushes (RFC 8292 section 3.2). */
  readonly vapidKey: string
}

interface Announced {
  readonly name: Capability
  /** Of the whole server. */
  readonly session: (facts: AnnouncedFacts) => JsonObject
  /** Of the account; null where the account has none of its own. */
  readonly account: ((facts: AnnouncedFacts) => JsonObject) | null
  /** There whatever methods there are. */
  readonly always?: true
}

const nothing = (): JsonObject => ({})

const announced: readonly Announced[] = [
  { name: capabilities.core, session: ({ limits }) => ({ ...limits, collationAlgorithms: collations }), account: null, always: true },
  {
    name: capabilities.mail,
    session: nothing,
    account: ({ limits }) => ({
      maxMailboxesPerEmail: null,
      maxMailboxDepth: null,
      maxSizeMailboxName: 255,
      maxSizeAttachmentsPerEmail: limits.maxSizeUpload,
      emailQuerySortOptions: [
        'receivedAt', 'size', 'from', 'to', 'subject', 'sentAt', 'hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword',
      ],
      mayCreateTopLevelMailbox: true,
    }),
  },
  {
    name: capabilities.submission,
    session: nothing,
    account: ({ limits }) => ({
      maxDelayedSend: holdSecondsMax,
      submissionExtensions: {
        SIZE: [String(limits.maxSizeUpload)], '8BITMIME': [], SMTPUTF8: [], DSN: [], FUTURERELEASE: [String(holdSecondsMax)],
        DELIVERBY: [String(deliverBySecondsMin)], 'MT-PRIORITY': [], REQUIRETLS: [],
      },
    }),
  },
  { name: capabilities.vacationResponse, session: nothing, account: nothing },
  { name: capabilities.mdn, session: nothing, account: nothing },
  { name: capabilities.quota, session: nothing, account: nothing },
  {
    name: capabilities.blob,
    session: nothing,
    account: ({ limits }) => ({
      maxSizeBlobSet: maxSizeBlobSet(limits),
      maxDataSources,
      supportedTypeNames: lookupTypes,
      supportedDigestAlgorithms: digestNames,
    }),
  },
  { name: capabilities.contacts, session: nothing, account: () => ({ maxAddressBooksPerCard: null, mayCreateAddressBook: true }) },
  {
    name: capabilities.sieve,
    session: () => ({ implementation: 'Bulkhead' }),
    account: () => ({
      maxSizeScriptName: scriptNameOctetsMax,
      maxSizeScript: sieveLimits.scriptBytesMax,
      maxNumberScripts: objectsMax.script,
      maxNumberRedirects: sieveLimits.redirectsMax,
      sieveExtensions: extensions,
      notificationMethods: notifyMethods,
      externalLists: null,
    }),
  },
  {
    name: capabilities.webSocket,
    session: ({ webSocketOrigin }) => ({ url: `${webSocketOrigin}/jmap/ws`, supportsPush: true }),
    account: null,
    always: true,
  },
  { name: capabilities.vapid, session: ({ vapidKey }) => ({ applicationServerKey: vapidKey }), account: null, always: true },
  { name: capabilities.webmail, session: nothing, account: () => ({ dataTypes }) },
]

/** Those that `table` can serve. */
export const announcedFor = (table: ReadonlyMap<string, Method>): readonly Announced[] => {
  const served = new Set([...table.values()].map(({ capability }) => capability))
  return announced.filter(({ name, always }) => always === true || served.has(name))
}
