/** A session with mail in memory, the methods that read it, and a server of its content on loopback. For tests. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { emailId } from '@bulkhead/mail/email/ids.ts'
import { memoryAccount } from '@bulkhead/test/golden/in-process.ts'
import { newNoticeKeyPair, noticeVerifier } from '@bulkhead/mail/reading/official.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { HttpSession } from '../../http/session.ts'
import type { Method, MethodContext } from '../../jmap/method.ts'
import { jmapLimits } from '../../jmap/limits.ts'
import { contentIssue } from '../../jmap/reading/content-issue.ts'
import { messageViewGet } from '../../jmap/reading/message-view-get.ts'
import { officialNoticeGet } from '../../jmap/reading/official-notice-get.ts'
import { unsubscribeSend } from '../../jmap/reading/unsubscribe-send.ts'
import type { MessageView } from '../../jmap/reading/view.ts'
import { contentHandler } from '../content-handler.ts'
import type { Reading } from '../reading.ts'
import { renderings } from '../renderings.ts'
import { inlineReader, type TextReader } from '../../reader/text-reader.ts'
import { contentTokens } from '../tokens.ts'

export const hostName = 'mx.one.example'
export const login = 'alice@one.example'
export const noticeKeys = newNoticeKeyPair()
const pseudonymKey = secret(Buffer.alloc(32, 5))

/** What our reception writes before a message. */
export const judged = (results: string, more = ''): string =>
  `Return-Path: <x@y.example>\r\nReceived: from y.example by ${hostName} with ESMTP id 1;\r\n\tSat, 21 Nov 2026 09:00:00 +0000\r\n` +
  `Authentication-Results: ${hostName};\r\n\t${results}\r\n${more}`

export interface ReadingRoom extends AsyncDisposable {
  readonly session: HttpSession
  /** Files a message in INBOX; its Email id. */
  file(message: string | Buffer): Promise<string>
  view(emailId: string, ask?: JsonObject): Promise<MessageView>
  call(method: Method, args: JsonObject): Promise<JsonObject>
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** From now on the session is over. */
  end(): void
}

export interface RoomSettings {
  readonly scout?: Door<ScoutVerbs>
  readonly reader?: TextReader
  readonly origin?: string
  readonly port?: number
  readonly language?: 'ja' | 'en'
}

export const readingRoom = async ({ scout, reader = inlineReader, origin, port, language = 'ja' }: RoomSettings = {}): Promise<ReadingRoom> => {
  const { account, close } = await memoryAccount()
  const reading: Reading = {
    tokens: contentTokens(systemClock), renderings: renderings(systemClock), reader, scout: scout ?? null, hostName,
    noticeOf: noticeVerifier(noticeKeys.publicKey), pseudonym: pseudonymizer(pseudonymKey), clock: systemClock, log: silentLog,
  }
  let isOver = false
  const handler = contentHandler(reading)
  const server = createServer((request, response) => {
    handler(request, response, (id) => (id === session.id && !isOver ? session : null)).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(port ?? 0, '127.0.0.1', resolve))
  const contentOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const session: HttpSession = {
    id: 's1', who: { account: account.account, login, loginIndex: Buffer.alloc(32) }, peer: '127.0.0.1', account, origin: origin ?? contentOrigin, contentOrigin,
    contentBase: `${contentOrigin}/content/m1`, language, kind: 'web', device: null, closing: new AbortController().signal,
  }
  const id = accountId(account.account)
  const context = { session, account, accountId: id, services: { reading }, limits: jmapLimits(1_000_000), clock: systemClock, log: silentLog } as unknown as MethodContext
  const call: ReadingRoom['call'] = async (method, args) => {
    const made = await method.run({ accountId: id, ...args }, context)
    if (made.is === 'error') throw new Error(`${method.name}: ${made.type} ${made.description ?? ''}`)
    return made.args
  }
  return {
    session, call,
    async file(message) {
      const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message, 'utf8')
      const incoming = await account.incoming(bytes.length)
      if ('is' in incoming) throw new Error('the account takes no such message')
      await incoming.write(bytes)
      const { inbox } = account.state()
      await account.appendMessages(inbox.id, [{ incoming, flags: [], internalDateMs: Date.UTC(2026, 10, 21, 9) }])
      const { messages } = account.state().inbox
      return emailId(messages.messageId(messages.count - 1))
    },
    async view(emailIdAsked, ask = {}) {
      const { list } = await call(messageViewGet, { ids: [emailIdAsked], ...ask })
      const [view] = list as unknown as readonly MessageView[]
      if (view === undefined) throw new Error('not found')
      return view
    },
    get: (url, headers = {}) => fetch(url, { headers, redirect: 'manual' }),
    end() {
      isOver = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await close()
    },
  }
}

export const methods = { contentIssue, messageViewGet, unsubscribeSend, officialNoticeGet }
