/** What the page knows of JMAP's objects (RFC 8620, RFC 8621): the properties it asks for, no more. */

export type Id = string

type Capabilities = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface SessionResource {
  readonly capabilities: Capabilities
  readonly accounts: Readonly<Record<Id, { readonly name: string; readonly isPersonal: boolean; readonly accountCapabilities: Capabilities }>>
  readonly primaryAccounts: Readonly<Record<string, Id>>
  readonly username: string
  readonly apiUrl: string
  readonly downloadUrl: string
  readonly uploadUrl: string
  readonly eventSourceUrl: string
  readonly state: string
}

export interface MailboxRights {
  readonly mayReadItems: boolean
  readonly mayAddItems: boolean
  readonly mayRemoveItems: boolean
  readonly maySetSeen: boolean
  readonly maySetKeywords: boolean
  readonly mayCreateChild: boolean
  readonly mayRename: boolean
  readonly mayDelete: boolean
  readonly maySubmit: boolean
}

export interface Mailbox {
  readonly id: Id
  readonly name: string
  readonly parentId: Id | null
  /** `inbox`, `drafts`, `sent`, `trash`, `junk`, `archive`, …, in lower case. */
  readonly role: string | null
  readonly sortOrder: number
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
  readonly isSubscribed: boolean
  readonly myRights: MailboxRights
}

export interface EmailAddress {
  readonly name: string | null
  readonly email: string
}

/** What a row of the list shows of an Email. */
export interface EmailRow {
  readonly id: Id
  readonly threadId: Id
  readonly mailboxIds: Readonly<Record<Id, true>>
  readonly keywords: Readonly<Record<string, true>>
  readonly from: readonly EmailAddress[] | null
  readonly to: readonly EmailAddress[] | null
  readonly subject: string | null
  readonly receivedAt: string
  readonly size: number
  readonly hasAttachment: boolean
  readonly preview: string
}

export interface GetAnswer<Item> {
  readonly accountId: Id
  readonly state: string
  readonly list: readonly Item[]
  readonly notFound: readonly Id[]
}

export interface ChangesAnswer {
  readonly oldState: string
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly Id[]
  readonly updated: readonly Id[]
  readonly destroyed: readonly Id[]
}

export interface SetError {
  readonly type: string
  readonly description?: string
  readonly properties?: readonly string[]
}

export interface SetAnswer<Item = Readonly<Record<string, unknown>>> {
  readonly oldState: string | null
  readonly newState: string
  readonly created: Readonly<Record<string, Item>> | null
  readonly updated: Readonly<Record<Id, Item | null>> | null
  readonly destroyed: readonly Id[] | null
  readonly notCreated: Readonly<Record<string, SetError>> | null
  readonly notUpdated: Readonly<Record<Id, SetError>> | null
  readonly notDestroyed: Readonly<Record<Id, SetError>> | null
}

export interface QueryAnswer {
  readonly queryState: string
  readonly canCalculateChanges: boolean
  readonly position: number
  readonly ids: readonly Id[]
  readonly total?: number
  /** The time was over: these are found so far, asked again the search goes on. */
  readonly isPartial?: boolean
}

export interface QueryChangesAnswer {
  readonly oldQueryState: string
  readonly newQueryState: string
  readonly removed: readonly Id[]
  readonly added: readonly { readonly id: Id; readonly index: number }[]
  readonly total?: number
}

/** Email/copy, Blob/copy (RFC 8621 section 4.7, RFC 8620 section 6.3). */
export interface EmailCopyAnswer {
  readonly created: Readonly<Record<string, { readonly id: Id }>> | null
  readonly notCreated: Readonly<Record<string, SetError>> | null
}

export interface BlobCopyAnswer {
  readonly copied: Readonly<Record<Id, Id>> | null
}

export type Args = Readonly<Record<string, unknown>>
export type Invocation = readonly [name: string, args: Args, callId: string]
