/**
 * A JMAP server in memory, as far as writing mail and contacts needs one, with the page and its policy beside it. Tests
 * look into it (`emails`, `submissions`) and break it (`mode`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

type Json = Record<string, unknown>

const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' }
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types ProseMirrorClipboard"

export class FakeServer {
  readonly emails = new Map<string, Json>()
  readonly submissions = new Map<string, Json>()
  readonly cards = new Map<string, Json>()
  readonly blobs = new Map<string, { readonly type: string; readonly bytes: Buffer }>()
  readonly calls: [string, Json][] = []
  identities: Json[] = [
    { id: 'I1', name: '山田 太郎', email: 'taro@example.jp', textSignature: '山田 太郎\n株式会社サンプル', htmlSignature: '', mayDelete: true },
    { id: 'I2', name: '営業部', email: 'sales@example.jp', textSignature: '営業部 一同', htmlSignature: '', mayDelete: true },
  ]
  /** `broken`: requests of the API are cut; `expired`: 401. */
  mode: 'good' | 'broken' | 'expired' = 'good'
  uploadDelayMs = 0
  /** EmailSubmission/set answers with this error. */
  refuse: Json | undefined
  origin = ''
  readonly #dist: string
  readonly #server: Server
  #last = 0

  constructor(dist: string) {
    this.#dist = dist
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const place = this.#server.address()
    this.origin = `http://127.0.0.1:${typeof place === 'object' && place !== null ? place.port : 0}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  id(prefix: string): string {
    this.#last += 1
    return `${prefix}${this.#last}`
  }

  /** A message that is there before the test begins. */
  put(email: Json): string {
    const id = this.id('M')
    this.emails.set(id, { id, blobId: `${id}blob`, threadId: `T${id}`, size: 1000, receivedAt: '2026-11-21T09:00:00Z', keywords: {}, mailboxIds: { inbox: true }, ...email })
    return id
  }

  drafts(): Json[] {
    return [...this.emails.values()].filter(({ mailboxIds }) => 'drafts' in (mailboxIds as Json))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.origin).pathname
    if (path.startsWith('/jmap') || path.startsWith('/.well-known') || path.startsWith('/api')) return this.#api(path, request, response)
    const name = path.startsWith('/assets/') ? path : '/testing/compose/page.html'
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream', 'content-security-policy': policy })
    response.end(readFileSync(join(this.#dist, name)))
  }

  async #api(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.mode === 'broken') return void request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    if (this.mode === 'expired' || path.startsWith('/api')) return answer(401, { type: 'unauthorized' })
    if (path === '/.well-known/jmap') return answer(200, this.#resource())
    if (path.startsWith('/jmap/upload')) {
      await new Promise((resolve) => setTimeout(resolve, this.uploadDelayMs))
      const blobId = this.id('B')
      this.blobs.set(blobId, { type: request.headers['content-type'] ?? '', bytes: body })
      return answer(201, { accountId: 'A', blobId, type: request.headers['content-type'], size: body.length })
    }
    if (path.startsWith('/jmap/download')) {
      const blob = this.blobs.get(path.split('/')[3] ?? '')
      response.writeHead(blob === undefined ? 404 : 200, { 'content-type': 'application/octet-stream' })
      return void response.end(blob?.bytes)
    }
    const { methodCalls }: { methodCalls: [string, Json, string][] } = JSON.parse(body.toString())
    const created = new Map<string, string>()
    const methodResponses: [string, Json, string][] = []
    for (const [name, args, callId] of methodCalls) {
      this.calls.push([name, args])
      methodResponses.push([name, this.#call(name, this.#resolved(args, methodResponses), created), callId])
    }
    answer(200, { methodResponses, sessionState: '1' })
  }

  #resource(): Json {
    const own = {
      'urn:ietf:params:jmap:core': {}, 'urn:ietf:params:jmap:mail': { maxSizeAttachmentsPerEmail: 20_000_000 },
      'urn:ietf:params:jmap:submission': { maxDelayedSend: 30 * 86_400 }, 'urn:ietf:params:jmap:contacts': {},
    }
    return {
      capabilities: { ...own, 'urn:ietf:params:jmap:core': { maxSizeUpload: 10_000_000, maxCallsInRequest: 16, maxObjectsInGet: 500, maxObjectsInSet: 500 } },
      accounts: { A: { name: 'taro@example.jp', accountCapabilities: own } }, primaryAccounts: { 'urn:ietf:params:jmap:mail': 'A', 'urn:ietf:params:jmap:contacts': 'A' },
      username: 'taro@example.jp', apiUrl: '/jmap/api', downloadUrl: '/jmap/download/{blobId}/{name}?type={type}', uploadUrl: '/jmap/upload/{accountId}/', eventSourceUrl: '/jmap/events', state: '1',
    }
  }

  #resolved(args: Json, responses: readonly [string, Json, string][]): Json {
    return Object.fromEntries(Object.entries(args).map(([key, value]) => {
      if (!key.startsWith('#') || typeof value !== 'object' || value === null) return [key, value]
      const { resultOf } = value as { resultOf: string }
      return [key.slice(1), responses.find(([, , id]) => id === resultOf)?.[1]['ids']]
    }))
  }

  #call(name: string, args: Json, created: Map<string, string>): Json {
    switch (name) {
      case 'Identity/get': return { list: this.identities, notFound: [], state: '1' }
      case 'Mailbox/get': return { list: ['inbox', 'drafts', 'sent'].map((role) => ({ id: role, name: role, role })), notFound: [], state: '1' }
      case 'AddressBook/get': return { list: [{ id: 'book', name: '連絡先', isDefault: true }], notFound: [], state: '1' }
      case 'Email/get': return this.#get(this.emails, args)
      case 'Email/set': return this.#set(this.emails, 'M', args, created)
      case 'Email/query': return this.#queryEmails(args)
      case 'EmailSubmission/get': return this.#get(this.submissions, args)
      case 'EmailSubmission/query': return { ids: [...this.submissions.values()].filter(({ undoStatus }) => undoStatus === 'pending').map(({ id }) => id), queryState: '1', position: 0 }
      case 'EmailSubmission/set': return this.#submit(args, created)
      case 'ContactCard/query': return { ids: [...this.cards.keys()].slice(Number(args['position'] ?? 0), Number(args['position'] ?? 0) + 500), queryState: '1', position: 0 }
      case 'ContactCard/get': return this.#get(this.cards, args)
      case 'ContactCard/set': return this.#set(this.cards, 'C', args, created)
      default: return { list: [], notFound: [], state: '1' }
    }
  }

  #get(store: Map<string, Json>, args: Json): Json {
    const ids = (args['ids'] as string[] | null) ?? [...store.keys()]
    return { list: ids.flatMap((id) => store.get(id) ?? []), notFound: ids.filter((id) => !store.has(id)), state: '1' }
  }

  #queryEmails({ filter }: Json): Json {
    const { inMailbox, header } = (filter ?? {}) as { inMailbox?: string; header?: [string, string] }
    const found = [...this.emails.values()].filter((email) => {
      if (inMailbox !== undefined && !(inMailbox in (email['mailboxIds'] as Json))) return false
      if (header === undefined) return true
      const value = header[0] === 'Message-ID' ? (email['messageId'] as string[] | undefined)?.[0] : email[`header:${header[0]}:asText`]
      return value === header[1]
    })
    return { ids: found.map(({ id }) => id), queryState: '1', position: 0 }
  }

  #patched(object: Json, patch: Json): Json {
    const next = structuredClone(object)
    for (const [path, value] of Object.entries(patch)) {
      const [key = '', inner] = path.split('/')
      if (inner === undefined) next[key] = value
      else if (value === null) delete (next[key] as Json)[inner]
      else (next[key] as Json)[inner] = value
    }
    return next
  }

  /** Bodies as Email/get gives them afterwards. */
  #stored(id: string, object: Json): Json {
    if (!id.startsWith('M')) return { uid: `urn:uuid:${id}`, ...object, id }
    const attachments = ((object['attachments'] ?? []) as Json[]).map((part) => ({ partId: null, size: this.blobs.get(String(part['blobId']))?.bytes.length ?? 1, ...part }))
    const htmlBody = (object['htmlBody'] ?? object['textBody']) as Json[]
    return { to: null, cc: null, bcc: null, inReplyTo: null, references: null, blobId: `${id}blob`, size: 1000, receivedAt: new Date().toISOString(), ...object, id, attachments, htmlBody }
  }

  #set(store: Map<string, Json>, prefix: string, args: Json, created: Map<string, string>): Json {
    const answer = { created: {} as Json, updated: {} as Json, destroyed: [] as string[], notDestroyed: {} as Json, notUpdated: {} as Json, notCreated: {} as Json, oldState: '1', newState: '2' }
    for (const [key, value] of Object.entries((args['create'] ?? {}) as Record<string, Json>)) {
      const id = this.id(prefix)
      store.set(id, this.#stored(id, value))
      created.set(key, id)
      answer.created[key] = { id }
    }
    for (const [id, patch] of Object.entries((args['update'] ?? {}) as Record<string, Json>)) {
      const found = store.get(id)
      if (found === undefined) answer.notUpdated[id] = { type: 'notFound' }
      else {
        store.set(id, this.#patched(found, patch))
        answer.updated[id] = null
      }
    }
    for (const id of (args['destroy'] ?? []) as string[]) {
      if (store.delete(id)) answer.destroyed.push(id)
      else answer.notDestroyed[id] = { type: 'notFound' }
    }
    return answer
  }

  #submit(args: Json, created: Map<string, string>): Json {
    if (this.refuse !== undefined && args['create'] !== undefined) return { created: null, notCreated: { s: this.refuse } }
    const create = Object.fromEntries(Object.entries((args['create'] ?? {}) as Record<string, Json>).map(([key, value]) => {
      const emailId = String(value['emailId'])
      return [key, { ...value, emailId: emailId.startsWith('#') ? created.get(emailId.slice(1)) : emailId, undoStatus: 'pending', sendAt: this.#sendAt(value) }]
    }))
    const answer = this.#set(this.submissions, 'S', { ...args, create }, created)
    for (const [key, patch] of Object.entries((args['onSuccessUpdateEmail'] ?? {}) as Record<string, Json>)) {
      const submission = this.submissions.get(key.startsWith('#') ? (created.get(key.slice(1)) ?? '') : key)
      const email = this.emails.get(String(submission?.['emailId']))
      if (email !== undefined) this.emails.set(String(email['id']), this.#patched(email, patch))
    }
    return answer
  }

  #sendAt({ envelope }: Json): string {
    const parameters = ((envelope as { mailFrom?: { parameters?: Record<string, string> | null } } | undefined)?.mailFrom?.parameters ?? {}) as Record<string, string>
    return parameters['HOLDUNTIL'] ?? new Date(Date.now() + 1000 * Number(parameters['HOLDFOR'] ?? 0)).toISOString()
  }
}
