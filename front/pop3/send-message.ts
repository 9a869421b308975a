/** RETR and TOP: a message's bytes, dots stuffed, at the client's pace. */
import { dotWriter } from '@bulkhead/wire/smtp/dot-writer.ts'
import { asciiHeader } from '@bulkhead/wire/mime/ascii-header.ts'
import { positive } from '@bulkhead/wire/pop3/reply.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { gatherBytesMax, type ClientStream } from '../client-stream.ts'
import type { Decision } from './command.ts'
import type { Maildrop } from './maildrop.ts'
import { topOfMessage, wholeMessage, withAsciiHeader } from './message-stream.ts'
import { refusalReply } from './refusals.ts'
import type { Texts } from './texts.ts'

/** `refused`: said, and nothing was sent. `broken`: the client is gone. */
type Sent = 'sent' | 'refused' | 'broken'

/** A multi-line reply's content. Once begun it ends well or the connection breaks. */
const sendStuffed = async (client: ClientStream, pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Sent> => {
  const stuffing = dotWriter()
  for await (const piece of pieces) {
    client.put(stuffing.push(piece))
    if (client.gatheredBytes >= gatherBytesMax && !(await client.flush())) return 'broken'
  }
  client.put(stuffing.end())
  return 'sent'
}

async function* joined(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done === true) return
  yield first.value
  yield* rest
}

interface Recipient {
  readonly account: MailAccount
  readonly client: ClientStream
  readonly drop: Maildrop
  readonly texts: Texts
  /** Takes headers in UTF-8. */
  readonly utf8: boolean
}

export const sendMessage = async (
  { account, client, drop, texts, utf8 }: Recipient,
  { position, bodyLines }: Extract<Decision, { is: 'message' }>,
): Promise<Sent> => {
  const gone = (): Sent => {
    client.put(refusalReply('expunged', texts))
    return 'refused'
  }
  const { mailbox, uid } = drop.messageAt(position)
  const messages = account.state().mailboxes.get(mailbox)?.messages
  const at = messages?.indexOf(uid) ?? -1
  if (messages === undefined || at < 0) return gone()
  const message = messages.messageId(at)
  // Clients that list headers ask for no line of the body; the index has those without touching the body.
  if (bodyLines === 0) {
    for await (const index of account.indexes([message], ['header'])) {
      if (index === undefined || !index.headerComplete) break
      client.put(positive(texts.top))
      const header = Buffer.from(index.header)
      return await sendStuffed(client, [utf8 ? header : asciiHeader(header)])
    }
  }
  await using body = await account.body(message)
  if (body === undefined) return gone()
  const pieces = utf8 ? wholeMessage(body) : withAsciiHeader(wholeMessage(body))
  // The first piece is read before anything is said, so that a store that is away still gets an honest refusal.
  const first = await pieces.next()
  client.put(positive(bodyLines === null ? texts.octets(drop.sizeAt(position)) : texts.top))
  const all = joined(first, pieces)
  // Awaited here: the body is closed, and its key wiped, when this function is left.
  return await sendStuffed(client, bodyLines === null ? all : topOfMessage(all, bodyLines))
}
