/** SearchSnippet/get (RFC 8621 section 5.1): where in subject and body the texts of a filter stand. */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { BodySource, MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { filterOf } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { bodyParts } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import { emailCondition, phrasesOf, type EmailFilter } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { id, listOf, readArguments } from '@bulkhead/wire/jmap/readers.ts'
import { decodedText } from '@bulkhead/wire/mime/decoded-text.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { firstField, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { htmlText } from '@bulkhead/wire/text/html-text.ts'
import { markedText } from '@bulkhead/wire/text/marked.ts'
import { answer, type Method } from '../method.ts'
import { bytesOfSource } from './message-source.ts'

/** RFC 8621 section 5. */
const previewOctetsMax = 255
/** Emails of one call: the body of each is read. */
const snippetsMax = 256
/** Of one text part. */
const readBytesMax = 131_072
const openedAtOnce = 20

interface Needles {
  readonly subject: string[]
  readonly body: string[]
}

/** What is wanted not to be there is not marked. */
const gather = (filter: EmailFilter | null, into: Needles): Needles => {
  if (filter === null || filter.is === 'NOT') return into
  if (filter.is !== 'condition') for (const one of filter.of) gather(one, into)
  else {
    for (const term of filter.condition) {
      const isSubject = term.is === 'field' && term.name === 'subject' && term.text !== null
      const text = term.is === 'text' || term.is === 'body' || isSubject ? phrasesOf(term.text ?? '').map(folded) : []
      if (term.is !== 'body') into.subject.push(...text)
      if (!isSubject) into.body.push(...text)
    }
  }
  return into
}

const subjectOf = (index: MessageIndex): string => decodedWords(firstField(index.header, headerFields(index.header), 'subject') ?? '')

const previewOf = async (index: MessageIndex, source: BodySource, needles: readonly string[]): Promise<string | null> => {
  const bytes = bytesOfSource(source)
  for (const { part, type } of bodyParts(index.root).textBody) {
    if (part.type !== 'text') continue
    const text = decodedText(part, await bytes.read(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + readBytesMax)))
    const preview = markedText(type === 'text/html' ? htmlText(text) : text, needles, previewOctetsMax)
    if (preview !== null) return preview
  }
  return null
}

const snippets = async (account: MailAccount, messages: readonly MessageId[], needles: Needles): Promise<readonly (JsonObject | undefined)[]> => {
  const indexes: (MessageIndex | undefined)[] = []
  for await (const batch of account.indexBatches(messages, ['header', 'parts'])) indexes.push(...batch)
  const bodies = needles.body.length === 0 ? [] : await account.bodies(messages)
  const made: (JsonObject | undefined)[] = []
  try {
    for (const [place, message] of messages.entries()) {
      const index = indexes[place]
      const body = bodies[place]
      made.push(index === undefined ? undefined : {
        emailId: message,
        subject: markedText(subjectOf(index), needles.subject),
        preview: body === undefined ? null : await previewOf(index, body, needles.body),
      })
    }
    return made
  } finally {
    for (const body of bodies) await body?.[Symbol.asyncDispose]()
  }
}

export const searchSnippetGet: Method = {
  name: 'SearchSnippet/get',
  capability: capabilities.mail,
  async run(args, { account, limits }) {
    const shape = { accountId: id, filter: filterOf(emailCondition), emailIds: listOf(id, Number.POSITIVE_INFINITY) }
    const { accountId, filter, emailIds } = readArguments(args, shape)
    const takenMax = Math.min(snippetsMax, limits.maxObjectsInGet)
    if (emailIds.length > takenMax) throw new MethodFailure('requestTooLarge', `emailIds: at most ${takenMax} are taken`)
    const { own } = await account.refresh()
    const emails = emailsIn(own)
    const needles = gather(filter, { subject: [], body: [] })
    const isThere = (message: MessageId | undefined): message is MessageId => message !== undefined && emails.entriesOf(message).length > 0
    const messages = [...new Set(emailIds)].map(messageOfEmail).filter(isThere)
    const list: JsonObject[] = []
    for (let at = 0; at < messages.length; at += openedAtOnce) {
      for (const one of await snippets(account, messages.slice(at, at + openedAtOnce), needles)) if (one !== undefined) list.push(one)
    }
    const found = new Set(list.map(({ emailId }) => emailId))
    const notFound = [...new Set(emailIds)].filter((one) => !found.has(one))
    return answer({ accountId, list, notFound: notFound.length === 0 ? null : notFound })
  },
}
