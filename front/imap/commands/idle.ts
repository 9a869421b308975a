import { badReply, encodeContinue, ok } from '@bulkhead/wire/imap/response.ts'
import type { Conversation } from '../conversation.ts'

/** EXPUNGE may come at any time in IDLE: no command is under way that counts. */
const moment = { mayExpunge: true, withUid: false } as const

/** `IDLE` … `DONE` (RFC 2177): every change of the account's state is told as soon as the client takes it. */
export const idle = async (conversation: Conversation, tag: string): Promise<void> => {
  await conversation.put(encodeContinue('idling', conversation.session().language))
  return idleOn(conversation, tag)
}

/** The IDLE of that tag, which the client was told has begun. */
export const idleOn = async (conversation: Conversation, tag: string): Promise<void> => {
  let wake = Promise.withResolvers<void>()
  const stopWatching = conversation.ports.account.watch(() => wake.resolve())
  let listens = false
  /** Once for each thing that comes, not for each change of the mailbox: a wait that lasts half an hour must not grow. */
  const listen = (): void => {
    if (listens) return
    listens = true
    void conversation.ready().then(() => {
      listens = false
      wake.resolve()
    })
  }
  try {
    await conversation.ports.account.refresh().catch((error: unknown) => conversation.faulted(error))
    for (;;) {
      wake = Promise.withResolvers<void>()
      await conversation.announce(moment)
      await conversation.flush()
      const event = conversation.poll()
      if (event !== undefined) {
        const isDone = event.is === 'line' && event.bytes.toString('latin1').trim().toUpperCase() === 'DONE'
        if (event.is === 'literal') conversation.answer(event.waits ? 'forget' : 'swallow')
        return conversation.finish(tag, isDone ? ok('IDLE completed') : badReply('Expected DONE'), moment)
      }
      if (conversation.isEnding) return
      if (conversation.isQuiet && (await conversation.park(tag))) return
      listen()
      await wake.promise
    }
  } finally {
    stopWatching()
  }
}
