/** Puts the demonstration's mail and contacts where they belong, the way any importer would: by IMAP, and by JMAP. */
import { connect } from 'node:net'
import { CannotDo } from '../cli/context.ts'
import { plainWebPort } from '../config/web.ts'
import type { DemoAccount } from '../config/demo.ts'
import { cards } from './contacts.ts'
import { mailOf, type Planted } from './mailboxes.ts'
import { people } from './people.ts'

export interface DemoHost {
  readonly address: string
  readonly portBase: number
  readonly hostName: string
  /** Whether the web answers in plain. */
  readonly plainWeb: boolean
}

const imapPort = 143
const replyMs = 60_000
/** Messages of one APPEND (RFC 3502). */
const perAppend = 50
const everyBookOwner = 'hanako@minato.example'

const inQuotes = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `date-time` of RFC 9051, in UTC. */
const dateTime = (ms: number): string => {
  const date = new Date(ms)
  const two = (number: number): string => String(number).padStart(2, '0')
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `"${two(date.getUTCDate())}-${months[date.getUTCMonth()] ?? 'Jan'}-${date.getUTCFullYear()} ${time} +0000"`
}

/** Commands one after the other; rejects at the first that is not OK. */
const imap = ({ address, portBase }: DemoHost) => {
  const socket = connect(portBase + imapPort, address)
  let held = ''
  let waiting: { readonly tag: string; readonly resolve: () => void; readonly reject: (fault: Error) => void } | undefined
  const fail = (why: string): void => waiting?.reject(new CannotDo(`the demonstration's mail: ${why}`))
  socket.setTimeout(replyMs, () => socket.destroy())
  socket.on('data', (chunk) => {
    held += chunk.toString('latin1')
    for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
      const line = held.slice(0, end)
      held = held.slice(end + 2)
      if (waiting === undefined || !line.startsWith(`${waiting.tag} `)) continue
      if (line.startsWith(`${waiting.tag} OK`)) waiting.resolve()
      else fail(line.slice(0, 200))
    }
  })
  socket.on('error', (error) => fail(error.message))
  socket.on('close', () => fail('the connection ended'))
  let commands = 0
  return {
    command: (pieces: readonly (string | Buffer)[]): Promise<void> =>
      new Promise((resolve, reject) => {
        const tag = `d${(commands += 1)}`
        waiting = { tag, resolve, reject }
        const bytes = [`${tag} `, ...pieces, '\r\n'].map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece))
        socket.write(Buffer.concat(bytes))
      }),
    [Symbol.dispose]: () => {
      waiting = undefined
      socket.destroy()
    },
  }
}

const appended = (mailbox: string, some: readonly Planted[]): readonly (string | Buffer)[] => [
  `APPEND ${inQuotes(mailbox)}`,
  ...some.flatMap(({ flags, atMs, message }) => [` (${flags.join(' ')}) ${dateTime(atMs)} {${message.length}+}\r\n`, message]),
]

const plantMail = async (host: DemoHost, { address, password }: DemoAccount, nowMs: number): Promise<void> => {
  const mail = mailOf(address, nowMs, host.hostName)
  if (mail.length === 0) return
  using client = imap(host)
  await client.command([`LOGIN ${inQuotes(address)} ${inQuotes(password)}`])
  await client.command(['ENABLE UTF8=ACCEPT'])
  const furnished = new Set(['INBOX', 'Sent', 'Drafts', 'Junk', 'Trash', 'Archive'])
  for (const [mailbox, all] of Map.groupBy(mail, (one) => one.mailbox)) {
    if (!furnished.has(mailbox)) {
      await client.command([`CREATE ${inQuotes(mailbox)}`])
      await client.command([`SUBSCRIBE ${inQuotes(mailbox)}`])
    }
    for (let at = 0; at < all.length; at += perAppend) await client.command(appended(mailbox, all.slice(at, at + perAppend)))
  }
}

type Call = (method: string, args: object, capability: string) => Promise<string>

/** One JMAP method a request; undefined where the web does not answer. Gives the answer's text. */
const jmap = async ({ portBase }: DemoHost, { address: login, password }: DemoAccount): Promise<Call | undefined> => {
  // By name: under the address the demonstration serves what strangers wrote.
  const origin = `http://localhost:${portBase + plainWebPort}`
  const headers = { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`, 'content-type': 'application/json' }
  const found = await fetch(`${origin}/.well-known/jmap`, { headers, signal: AbortSignal.timeout(replyMs) })
  if (!found.ok) return undefined
  const session: unknown = await found.json()
  const accounts = typeof session === 'object' && session !== null && 'accounts' in session ? session.accounts : {}
  const [accountId] = Object.keys(accounts ?? {})
  return async (method, args, capability) => {
    const body = JSON.stringify({ using: ['urn:ietf:params:jmap:core', capability], methodCalls: [[method, { accountId, ...args }, 'c']] })
    const answer = await fetch(`${origin}/jmap/api`, { method: 'POST', headers, body, signal: AbortSignal.timeout(replyMs) })
    return answer.text()
  }
}

const plantContacts = async (call: Call): Promise<void> => {
  const create = Object.fromEntries(cards.map((card, at) => [`c${at}`, card]))
  const answer = await call('ContactCard/set', { create }, 'urn:ietf:params:jmap:contacts')
  if (!answer.includes('"notCreated":null')) throw new CannotDo(`the demonstration's contacts: ${answer.slice(0, 200)}`)
}

const submissionCapability = 'urn:ietf:params:jmap:submission'

/** What they send from here on has the name that their mail so far has. */
const plantName = async (call: Call, address: string): Promise<void> => {
  const name = Object.values(people).find(({ email }) => email === address)?.name
  const [, id] = /"id":"([^"]+)"/.exec(await call('Identity/get', { properties: ['id'] }, submissionCapability)) ?? []
  if (name === undefined || id === undefined) return
  const answer = await call('Identity/set', { update: { [id]: { name } } }, submissionCapability)
  if (!answer.includes('"notUpdated":null')) throw new CannotDo(`the demonstration's names: ${answer.slice(0, 200)}`)
}

export const plantDemo = async (host: DemoHost, account: DemoAccount, nowMs: number): Promise<void> => {
  await plantMail(host, account, nowMs)
  const call = host.plainWeb ? await jmap(host, account) : undefined
  if (call === undefined) return
  await plantName(call, account.address)
  if (account.address === everyBookOwner) await plantContacts(call)
}
