/** Puts the demonstration's mail and contacts where they belong, the way any importer would: by IMAP, and by JMAP. */
import { connect } from 'node:net'
import { CannotDo } from '../cli/context.ts'
import { plainWebPort } from '../config/web.ts'
import type { DemoAccount } from '../config/demo.ts'
import { cards } from './contacts.ts'
import { mailOf, type Planted } from './mailboxes.ts'
import { people } from './people.ts'
import type { Steps } from './steps.ts'

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

/** Commands one after the other, each with the numbers that a SEARCH found; rejects at the first that is not OK. */
const imap = ({ address, portBase }: DemoHost) => {
  const socket = connect(portBase + imapPort, address)
  let held = ''
  let found = ''
  let waiting: { readonly tag: string; readonly resolve: (found: string) => void; readonly reject: (fault: Error) => void } | undefined
  const fail = (why: string): void => waiting?.reject(new CannotDo(`the demonstration's mail: ${why}`))
  socket.setTimeout(replyMs, () => socket.destroy())
  socket.on('data', (chunk) => {
    held += chunk.toString('latin1')
    for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
      const line = held.slice(0, end)
      held = held.slice(end + 2)
      if (line.startsWith('* SEARCH')) found = line.slice('* SEARCH'.length).trim()
      if (waiting === undefined || !line.startsWith(`${waiting.tag} `)) continue
      if (/^\S+ (?:OK|NO \[ALREADYEXISTS\])/.test(line)) waiting.resolve(found)
      else fail(line.slice(0, 200))
    }
  })
  socket.on('error', (error) => fail(error.message))
  socket.on('close', () => fail('the connection ended'))
  let commands = 0
  return {
    command: (pieces: readonly (string | Buffer)[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const tag = `d${(commands += 1)}`
        found = ''
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

const isThere = async (client: ReturnType<typeof imap>, mailbox: string, { message }: Planted): Promise<boolean> => {
  const [, id = ''] = /^Message-ID: <([^>\r\n]+)>/im.exec(message.toString('latin1')) ?? []
  await client.command([`EXAMINE ${inQuotes(mailbox)}`])
  return (await client.command([`SEARCH HEADER Message-ID ${inQuotes(id)}`])) !== ''
}

const plantMail = async (host: DemoHost, { address, password }: DemoAccount, steps: Steps): Promise<void> => {
  const mail = mailOf(address, steps.beganAtMs, host.hostName)
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
    for (let at = 0; at < all.length; at += perAppend) {
      const some = all.slice(at, at + perAppend)
      await steps.once(`${address} ${mailbox} ${at}`, async () => {
        // Of one APPEND all messages are there or none.
        const [first] = some
        const wasLast = steps.resumes && first !== undefined && (await isThere(client, mailbox, first))
        if (!wasLast) await client.command(appended(mailbox, some))
      })
    }
  }
}

type Call = (method: string, args: object, capability: string) => Promise<string>

/** One JMAP method a request. Gives the answer's text. */
const jmap = async ({ portBase }: DemoHost, { address: login, password }: DemoAccount): Promise<Call> => {
  // By name: under the address the demonstration serves what strangers wrote.
  const origin = `http://localhost:${portBase + plainWebPort}`
  const headers = { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`, 'content-type': 'application/json' }
  const found = await fetch(`${origin}/.well-known/jmap`, { headers, signal: AbortSignal.timeout(replyMs) })
  if (!found.ok) throw new CannotDo(`the demonstration's contacts: the web answered ${found.status}`)
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
  const there = await call('ContactCard/query', { limit: 1 }, 'urn:ietf:params:jmap:contacts')
  if (!there.includes('"ids":[]')) return
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

/** Each of the steps once, however often this is begun. */
export const plantDemo = async (host: DemoHost, account: DemoAccount, steps: Steps): Promise<void> => {
  await plantMail(host, account, steps)
  if (!host.plainWeb) return
  await steps.once(`${account.address} web`, async () => {
    const call = await jmap(host, account)
    await plantName(call, account.address)
    if (account.address === everyBookOwner) await plantContacts(call)
  })
}
