/** Methods of mail over an account in memory, called as the dispatch calls them. */
import assert from 'node:assert/strict'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { append, given } from '@bulkhead/mail/account/testing/given.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { dispatch } from '../../dispatch.ts'
import { jmapLimits } from '../../limits.ts'
import { methodTable } from '../../methods.ts'
import type { MethodContext } from '../../method.ts'

type Context = Omit<MethodContext, 'using' | 'createdIds'>

/** What the methods here look at of their context; the rest is not there, and a test that needs it fails. */
const contextOf = (account: MailAccount): Context => {
  const some: Partial<Context> = {
    account, accountId: accountId(account.account), limits: jmapLimits(1_000_000), clock: manualClock(1_700_000_000_000), log: silentLog, gone: new AbortController().signal,
  }
  return some as Context
}

export interface Answered {
  readonly name: string
  readonly args: JsonObject
}

export const jmapGiven = async () => {
  const world = await given()
  const account = await world.open()
  const context = contextOf(account)
  const table = methodTable()
  const all = async (calls: readonly (readonly [name: string, args: JsonObject])[]): Promise<readonly Answered[]> => {
    const request = {
      using: new Set(Object.values(capabilities)),
      calls: calls.map(([name, args], at) => ({ name, args: { accountId: context.accountId, ...args }, callId: `c${at}` })),
      createdIds: null,
    }
    const { methodResponses } = await dispatch(request, table, context)
    return methodResponses.map((text) => {
      const [name, args] = JSON.parse(text) as [string, JsonObject]
      return { name, args }
    })
  }
  return {
    ...world,
    account,
    all,
    /** The method's own answer; fails where it is an error. */
    async call(name: string, args: JsonObject = {}): Promise<JsonObject> {
      const [answered] = await all([[name, args]])
      assert.equal(answered?.name, name, JSON.stringify(answered?.args))
      return answered.args
    },
    /** The type of the error it ends with. */
    async fails(name: string, args: JsonObject = {}): Promise<JsonValue | undefined> {
      const [answered] = await all([[name, args]])
      assert.equal(answered?.name, 'error', JSON.stringify(answered?.args))
      return answered.args['type']
    },
    /** Files a message given as text with LF. */
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
