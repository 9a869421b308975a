/** Commands that read on while they run, or change what the connection itself is: they see the conversation, not just its state. */
import { end, parsed, type Parser, type Scan } from '@bulkhead/wire/imap/scan.ts'
import { badReply } from '@bulkhead/wire/imap/response.ts'
import { compress, mechanism } from './commands/compress.ts'
import { idle } from './commands/idle.ts'
import { unauthenticate } from './commands/unauthenticate.ts'
import type { Conversation } from './conversation.ts'

export type Dialogue = (conversation: Conversation, tag: string, scan: Scan) => Promise<void>

const moment = { mayExpunge: true, withUid: false } as const

const dialogue =
  <T>(args: Parser<T>, run: (conversation: Conversation, tag: string, args: T) => Promise<void>): Dialogue =>
  (conversation, tag, scan) => {
    const given = parsed(scan, args)
    return given.is === 'bad' ? conversation.finish(tag, badReply(given.why), moment) : run(conversation, tag, given.value)
  }

export const dialogues: ReadonlyMap<string, Dialogue> = new Map([
  ['COMPRESS', dialogue(mechanism, compress)],
  ['IDLE', dialogue(end, idle)],
  ['UNAUTHENTICATE', dialogue(end, unauthenticate)],
])
