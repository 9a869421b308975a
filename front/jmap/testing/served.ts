/**
 * `/jmap/*` over HTTP on loopback, before accounts in memory; who asks is said by number, for the sessions of the web are tested where they
 * are. For tests of methods: `call` is one request, its responses.
 */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { given, messageBytesMax } from '@bulkhead/mail/account/testing/given.ts'
import type { UploadStore } from '@bulkhead/mail/ports/upload-store.ts'
import { cellRoom } from '@bulkhead/mail/uploads/cell-room.ts'
import { uploads } from '@bulkhead/mail/uploads/uploads.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import type { HttpSession } from '../../http/session.ts'
import { blobService } from '../blob/blob-service.ts'
import { jmapHandler } from '../jmap-handler.ts'
import { jmapOf } from '../jmap-ports.ts'
import { jmapLimits } from '../limits.ts'
import type { Method } from '../method.ts'
import { inlineReader } from '../../reader/text-reader.ts'
import type { JmapServices } from '../services.ts'
import { webSocketHandler } from '../socket/web-socket.ts'

export interface ServedOptions {
  readonly accounts?: number
  readonly methods?: readonly Method[]
  readonly limits?: Partial<JmapLimits>
  /** Ports of the subject that is tested. */
  readonly services?: Partial<JmapServices>
  readonly quotaBytes?: number
}

export type Response = readonly [name: string, args: Record<string, JsonValue>, callId: string]

const everything = ['core', 'mail', 'submission', 'vacationresponse', 'mdn', 'quota', 'blob', 'contacts', 'sieve']

/** One cell: accounts of its own store. */
const person = async (number: number, quotaBytes: number | null) => {
  const world = await given(quotaBytes)
  const account: MailAccount = await world.open()
  const closing = new AbortController()
  const session = (origin: string): HttpSession => ({
    id: `session-${number}`,
    who: { account: account.account, login: `person${number}@example.jp`, loginIndex: new Uint8Array(32) },
    peer: '127.0.0.1',
    account,
    origin,
    contentOrigin: origin,
    contentBase: `${origin}/content/1`,
    language: 'en',
    kind: 'basic',
    device: null,
    closing: closing.signal,
  })
  return { ...world, account, closing, session }
}

export const served = async ({ accounts = 1, methods, limits, services, quotaBytes }: ServedOptions = {}) => {
  const people = await Promise.all(Array.from({ length: accounts }, (_, number) => person(number, quotaBytes ?? null)))
  const [first] = people
  assert(first !== undefined)
  // What was uploaded to one account lies beside that of others, as in a cell.
  const store: UploadStore = {
    of: () => first.blobs, removeBefore: async () => undefined, lying: async () => [], bytesLying: async () => 0, removeOlder: async () => undefined,
    freeBytes: async () => 1e12,
  }
  const room = cellRoom({ store, clock: first.clock, log: silentLog, meter: meter() })
  const blobs = blobService(uploads({ store, sealing: realSealing, clock: first.clock, room, largestBytes: messageBytesMax }))
  const jmap = jmapOf({
    services: { blobs, reading: { reader: inlineReader }, pushes: { attend: () => undefined }, reports: { note: () => undefined }, ...services } as unknown as JmapServices,
    limits: { ...jmapLimits(messageBytesMax), ...limits },
    vapidKey: 'BA',
    clock: first.clock,
    log: silentLog,
    meter: meter(),
    ...(methods === undefined ? {} : { methods }),
  })
  const [handler, upgraded] = [jmapHandler(jmap), webSocketHandler(jmap)]
  const sessionOf = ({ headers }: IncomingMessage): HttpSession => {
    const one = people[Number(String(headers.authorization ?? 'Number 0').split(' ')[1])]
    assert(one !== undefined)
    return one.session(`http://${headers.host ?? ''}`)
  }
  const server = createServer((request, response) => {
    handler(request, response, sessionOf(request)).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    upgraded(request, socket, head, sessionOf(request)).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const as = (number: number) => ({ authorization: `Number ${number}` })

  const post = (body: string | Uint8Array<ArrayBuffer>, number = 0, type = 'application/json'): Promise<globalThis.Response> =>
    fetch(`${origin}/jmap/api`, { method: 'POST', body, headers: { ...as(number), 'content-type': type } })

  return {
    origin,
    port,
    people,
    as,
    post,
    accountId: (number = 0): string => accountId((people[number] ?? first).account.account),
    async call(calls: readonly (readonly [string, JsonObject, string])[], number = 0, using?: readonly string[]): Promise<readonly Response[]> {
      const names = using ?? [...jmap.resources.known].filter((name) => name.startsWith('urn:bulkhead') || everything.some((end) => name.endsWith(`:${end}`)))
      const reply = await post(JSON.stringify({ using: names, methodCalls: calls }), number)
      const body = (await reply.json()) as { methodResponses?: readonly Response[] }
      assert.equal(reply.status, 200, JSON.stringify(body))
      return body.methodResponses ?? []
    },
    async [Symbol.asyncDispose]() {
      for (const { closing } of people) closing.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      for (const { account } of people) await (account as MailAccount & { close(): Promise<void> }).close()
    },
  }
}
