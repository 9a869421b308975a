/** What SEARCH, SORT and THREAD were asked: the keys as they came, and the question made of them. */
import type { Reach } from '@bulkhead/mail/search/reach.ts'
import type { Test } from '@bulkhead/mail/search/test.ts'
import type { SearchKey } from '@bulkhead/wire/imap/search-grammar.ts'
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'

export interface Keys {
  readonly charset: string | undefined
  readonly key: SearchKey
}

export interface Question extends SearchQuestion {
  /** Where relevancy is asked for: what is wholly relevant. */
  readonly strict: Test | null
  readonly reach: Reach | null
}

export interface SearchQuestion {
  readonly mailbox: MailboxId
  readonly shown: MessageList
  readonly test: Test
}
