import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { served } from './testing/served.ts'

type Served = Awaited<ReturnType<typeof served>>

const arrive = async ({ people: [person] }: Served): Promise<void> => {
  assert.ok(person)
  await append(person.account, person.account.state().inbox.id, [Buffer.from('Subject: new\r\n\r\nmail')])
}

/** Events of a stream as they come: its blocks of lines. */
const events = async function* (reply: Response): AsyncGenerator<Readonly<Record<string, string>>> {
  let held = ''
  for await (const chunk of reply.body ?? []) {
    held += Buffer.from(chunk).toString('utf8')
    const blocks = held.split('\n\n')
    held = blocks.pop() ?? ''
    for (const block of blocks) yield Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
  }
}

const stream = (jmap: Served, query: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${jmap.origin}/jmap/eventsource?${query}`, { headers: { ...jmap.as(0), ...headers } })

test('RFC 8620 section 7.3: new mail is told, with the types that changed and no others', async () => {
  await using jmap = await served()
  const reply = await stream(jmap, 'types=*&closeafter=no&ping=0')
  assert.equal(reply.headers.get('content-type'), 'text/event-stream')
  const told = events(reply)
  await arrive(jmap)
  const { value: event } = await told.next()
  const state = stateText((jmap.people[0] ?? assert.fail()).account.state().own.seq)
  assert.deepEqual([event?.['event'], event?.['id']], ['state', state])
  const change = JSON.parse(event?.['data'] ?? '')
  assert.equal(change['@type'], 'StateChange')
  assert.deepEqual(change.changed[jmap.accountId()], { Mailbox: state, Thread: state, Email: state, EmailDelivery: state, Quota: state })
})

test('section 7.3: only the types asked for; closeafter=state ends with the first; what was missed is told on return', async () => {
  await using jmap = await served()
  const { account } = jmap.people[0] ?? assert.fail()
  const before = stateText(account.state().own.seq)
  const reply = await stream(jmap, 'types=Identity,Email&closeafter=state&ping=0')
  await account.subscribe('Archive', false)
  await arrive(jmap)
  const all = await Array.fromAsync(events(reply))
  assert.equal(all.length, 1)
  assert.deepEqual(Object.keys(JSON.parse(all[0]?.['data'] ?? '').changed[jmap.accountId()]), ['Email'])
  const again = await stream(jmap, 'types=Email&closeafter=state&ping=0', { 'last-event-id': before })
  assert.equal((await Array.fromAsync(events(again))).length, 1)
})

test('many changes close together are told as few', async () => {
  await using jmap = await served()
  const { account } = jmap.people[0] ?? assert.fail()
  const reply = await stream(jmap, 'types=Mailbox&closeafter=no&ping=0')
  const told = events(reply)
  for (let at = 0; at < 200; at += 1) await account.subscribe('Archive', at % 2 === 0)
  const last = stateText(account.state().own.seq)
  let count = 0
  for await (const event of told) {
    count += 1
    if (event['id'] === last) break
  }
  assert.ok(count < 100, `${count} events`)
})

test('a stream asked for wrongly is refused; one of an ended session ends; too many are not held open', async () => {
  await using jmap = await served()
  for (const query of ['', 'types=*&closeafter=maybe&ping=0', 'types=*&closeafter=no&ping=x', `types=${'a,'.repeat(100)}&closeafter=no&ping=0`]) {
    assert.equal((await stream(jmap, query)).status, 400, query)
  }
  const open = await Promise.all(Array.from({ length: 16 }, () => stream(jmap, 'types=*&closeafter=no&ping=30')))
  assert.equal((await stream(jmap, 'types=*&closeafter=no&ping=30')).status, 400)
  jmap.people[0]?.closing.abort()
  for (const one of open) assert.deepEqual(await Array.fromAsync(events(one)), [])
})

/** Messages of a socket in order, each waited for. */
const socketTo = async (jmap: Served) => {
  const socket = new WebSocket(`ws://127.0.0.1:${jmap.port}/jmap/ws`, 'jmap')
  const come: any[] = []
  let wake = (): void => undefined
  socket.addEventListener('message', ({ data }) => {
    come.push(JSON.parse(String(data)))
    wake()
  })
  await once(socket, 'open')
  return {
    socket,
    send: (value: object | string) => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
    async next(): Promise<any> {
      while (come.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return come.shift()
    },
  }
}

test('RFC 8887 section 4.3: requests and their responses, errors, and that the connection outlives them', async () => {
  await using jmap = await served()
  const { socket, send, next } = await socketTo(jmap)
  const using = ['urn:ietf:params:jmap:core']
  send({ '@type': 'Request', id: 'R1', using, methodCalls: [['Core/echo', { text: '漢字'.repeat(40_000) }, 'a'], ['Core/echo', {}, 'b']] })
  const response = await next()
  assert.deepEqual([response['@type'], response.requestId, response.methodResponses.length], ['Response', 'R1', 2])
  assert.equal(response.methodResponses[0][1].text, '漢字'.repeat(40_000))
  send('{')
  assert.deepEqual(await next().then(({ type, requestId }) => [type, requestId]), ['urn:ietf:params:jmap:error:notJSON', null])
  send({ '@type': 'Request', id: 'R2', using: ['urn:nope'], methodCalls: [] })
  assert.deepEqual(await next().then(({ type, requestId, ...rest }) => [rest['@type'], type, requestId]), ['RequestError', 'urn:ietf:params:jmap:error:unknownCapability', 'R2'])
  send({ '@type': 'Nope' })
  assert.equal((await next()).type, 'urn:ietf:params:jmap:error:notRequest')
  send({ '@type': 'Request', using, methodCalls: [] })
  assert.equal((await next()).requestId, undefined)
  socket.close()
  await once(socket, 'close')
})

test('RFC 8887 section 4.3.5: push is told while it is on, and at once where the client has fallen behind', async () => {
  await using jmap = await served()
  const { account } = jmap.people[0] ?? assert.fail()
  const { socket, send, next } = await socketTo(jmap)
  const before = stateText(account.state().own.seq)
  await arrive(jmap)
  send({ '@type': 'WebSocketPushEnable', dataTypes: ['Email'], pushState: before })
  const missed = await next()
  assert.deepEqual([missed['@type'], missed.pushState], ['StateChange', stateText(account.state().own.seq)])
  await arrive(jmap)
  assert.deepEqual(Object.keys((await next()).changed[jmap.accountId()]), ['Email'])
  send({ '@type': 'WebSocketPushDisable' })
  send({ '@type': 'Request', using: [], methodCalls: [] })
  await next()
  await arrive(jmap)
  send({ '@type': 'Request', id: 'last', using: [], methodCalls: [] })
  assert.equal((await next()).requestId, 'last')
  jmap.people[0]?.closing.abort()
  const [{ code }] = (await once(socket, 'close')) as [CloseEvent]
  assert.equal(code, 1001)
})

test('binary messages, other subprotocols and pages of other origins are not spoken with', async () => {
  await using jmap = await served()
  const { socket } = await socketTo(jmap)
  socket.send(Buffer.from('{}'))
  const [{ code }] = (await once(socket, 'close')) as [CloseEvent]
  assert.equal(code, 1003)
  const other = new WebSocket(`ws://127.0.0.1:${jmap.port}/jmap/ws`, 'chat')
  await once(other, 'error')
  const foreign = await fetch(`${jmap.origin}/jmap/ws`, { headers: jmap.as(0) })
  assert.equal(foreign.status, 404)
})
