/**
 * APPENDs that came whole and are not stored yet: those a client pipelines into one mailbox go into the journal together.
 * They are stored before anything is waited for, so no answer is late and nothing is lost with a client that goes.
 */
import { dropSentCopies } from '@bulkhead/mail/account/sent-copy.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Conversation } from '../conversation.ts'
import { mailboxNamed } from '../ports.ts'
import { refusalReplies, tryCreate } from '../refusals.ts'
import type { Draft } from './draft.ts'

const messagesMax = 64
const bytesMax = 1_048_576

interface Whole {
  readonly tag: string
  readonly drafts: readonly Draft[]
}

export interface Pending {
  /** Takes a command over; stores first what is for another mailbox. */
  add(tag: string, mailbox: string, drafts: readonly Draft[]): Promise<void>
  readonly isFull: boolean
  /** Stores and answers all of it, in order. */
  flush(): Promise<void>
}

const moment = { mayExpunge: true, withUid: false } as const

export const pendingAppends = (conversation: Conversation): Pending => {
  const { account, clock } = conversation.ports
  let waiting: Whole[] = []
  let target = ''
  let messages = 0
  let bytes = 0

  /** One answer for each command: an APPENDUID, or why none of it was stored. */
  const store = async (commands: readonly Whole[]): Promise<readonly Tagged[]> => {
    const drafts = commands.flatMap((command) => command.drafts)
    const mailbox = await mailboxNamed(account, target)
    if (mailbox === undefined) {
      for (const { incoming } of drafts) await incoming.discard()
      return commands.map(() => tryCreate)
    }
    const now = clock.now()
    const answer = await account.appendMessages(
      mailbox.id,
      drafts.map(({ incoming, flags, internalDateMs }) => ({ incoming, flags, internalDateMs: internalDateMs ?? now })),
    )
    if (isRefused(answer)) return commands.map(() => (answer.why === 'noSuchMailbox' ? tryCreate : refusalReplies[answer.why]))
    conversation.noted([{ is: 'arrived', mailbox: mailbox.id, uids: answer.uids }])
    await dropSentCopies(account, mailbox.id, answer.uids, now)
    let at = 0
    return commands.map((command) => {
      const uids = answer.uids.slice(at, (at += command.drafts.length))
      return ok('APPEND completed', `APPENDUID ${answer.uidValidity} ${setText(uids)}`)
    })
  }

  const flush = async (): Promise<void> => {
    const commands = waiting
    if (commands.length === 0) return
    waiting = []
    messages = 0
    bytes = 0
    const replies = await store(commands).catch((error: unknown) => {
      const reply = conversation.faulted(error)
      return commands.map(() => reply)
    })
    for (const [at, { tag }] of commands.entries()) {
      const reply = replies[at]
      if (reply !== undefined) await conversation.finish(tag, reply, moment)
    }
  }

  return {
    async add(tag, mailbox, drafts) {
      if (mailbox !== target) await flush()
      target = mailbox
      waiting.push({ tag, drafts })
      messages += drafts.length
      bytes += drafts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    },
    get isFull() {
      return messages >= messagesMax || bytes >= bytesMax
    },
    flush,
  }
}
