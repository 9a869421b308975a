/** Requests against the dispatch and every method in this process, over an account in memory. */
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { memoryAccount } from '@bulkhead/test/golden/in-process.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { dispatch } from '../dispatch.ts'
import { jmapLimits } from '../limits.ts'
import { methodTable } from '../methods.ts'
import { inlineReader } from '../../reader/text-reader.ts'
import type { JmapServices } from '../services.ts'
import { memoryBlobs, type MemoryBlobs } from './memory-blobs.ts'
import { memorySending, type MemorySending, type SendingSettings } from './memory-sending.ts'

export const login = 'alice@one.example'
const messageBytesMax = 100_000

// What a response holds is looked at by its test, property by property.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answered = any

export interface JmapInProcess {
  readonly account: MailAccount
  readonly accountId: string
  readonly blobs: MemoryBlobs
  readonly sending: MemorySending
  readonly clock: ReturnType<typeof manualClock>
  /** The id of the mailbox with this name, which is made where there is none. */
  mailbox(name: string): Promise<string>
  /** One request; every response as `[name, args]`. */
  request(...calls: readonly (readonly [name: string, args: JsonObject])[]): Promise<readonly (readonly [string, Answered])[]>
  /** One call; the arguments of its first response. */
  call(name: string, args: JsonObject): Promise<Answered>
  /** The bytes of an Email. */
  message(emailId: string): Promise<Buffer>
}

export const jmapInProcess = async (settings: SendingSettings = {}, services: Partial<JmapServices> = {}): Promise<JmapInProcess> => {
  const { account, publicKey } = await memoryAccount()
  const blobs = memoryBlobs()
  const clock = manualClock(Date.UTC(2026, 10, 21, 9, 0))
  const sending = memorySending(clock, account.account, publicKey, settings)
  const id = accountId(account.account)
  const table = methodTable()
  const context = {
    session: {
      id: 's', who: { account: account.account, login, loginIndex: Buffer.alloc(32) }, peer: '192.0.2.7', account, origin: 'https://mail.one.example',
      contentOrigin: 'https://content.one.example', contentBase: 'https://content.one.example/content/m', language: 'ja', kind: 'web', device: null, closing: new AbortController().signal,
    },
    account, limits: jmapLimits(messageBytesMax), services: { blobs, sending, reading: { reader: inlineReader }, reports: { note: () => undefined }, ...services } as unknown as JmapServices, clock, log: silentLog, gone: new AbortController().signal,
  } as const
  const request: JmapInProcess['request'] = async (...calls) => {
    const made = calls.map(([name, args], at) => ({ name, args: { accountId: id, ...args }, callId: `c${at}` }))
    const { methodResponses } = await dispatch({ using: new Set(Object.values(capabilities)), calls: made, createdIds: null }, table, context)
    return methodResponses.map((text) => JSON.parse(text).slice(0, 2))
  }
  return {
    account, accountId: id, blobs, sending, clock, request,
    async mailbox(name) {
      if (account.state().byName(name) === undefined) await account.createMailbox(name, null)
      return account.state().byName(name)?.id ?? ''
    },
    call: async (name, args) => (await request([name, args]))[0]?.[1],
    async message(emailId) {
      const message = messageOfEmail(emailId)
      if (message === undefined) throw new Error('no Email id')
      await using body = await account.body(message)
      if (body === undefined) throw new Error('no such message')
      return await body.read(0, body.sizeBytes)
    },
  }
}
