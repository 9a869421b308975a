/** Methods of mail over an account in memory, called as the dispatch calls them. */
import assert from 'node:assert/strict'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { isJsonObject } from '@bulkhead/wire/jmap/json.ts'
import { jmapInProcess } from '../../testing/jmap-in-process.ts'

export const jmapGiven = async () => {
  const { account, request } = await jmapInProcess()
  return {
    account,
    request,
    /** The method's own answer; fails where it is an error. */
    async call(name: string, args: JsonObject = {}): Promise<JsonObject> {
      const [answered] = await request([name, args])
      assert.equal(answered?.[0], name, JSON.stringify(answered))
      return answered[1] as JsonObject
    },
    /** The type of the error it ends with. */
    async fails(name: string, args: JsonObject = {}): Promise<JsonValue | undefined> {
      const [answered] = await request([name, args])
      assert.equal(answered?.[0], 'error', JSON.stringify(answered))
      return (answered[1] as JsonObject)['type']
    },
    /** Files a message given as text with LF, one character a byte; its Email id. */
    async file(mailbox: string, text: string, flags: readonly string[] = []): Promise<string> {
      const to = account.state().byName(mailbox)
      assert.ok(to)
      const filed = await append(account, to.id, [Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')], flags)
      assert.ok(filed.is === 'done')
      const { messages } = account.state().byName(mailbox) ?? to
      return messages.messageId(messages.count - 1)
    },
    mailbox(name: string): string {
      return account.state().byName(name)?.id ?? assert.fail(name)
    },
  }
}

export type JmapWorld = Awaited<ReturnType<typeof jmapGiven>>

/** The one object of a /get. */
export const onlyOne = (answered: JsonObject): JsonObject => {
  const list = answered['list']
  assert.ok(Array.isArray(list))
  const [object] = list as readonly JsonValue[]
  assert.ok(isJsonObject(object))
  return object
}
