/** Scripts, vacation and forwarding in memory; scripts are checked by the server's own compiler. */
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import { runSieve } from '@bulkhead/wire/sieve/run.ts'
import { mailOf, viewOf } from '@bulkhead/wire/sieve/testing/played.ts'
import type { Args, FakeAccount } from './account.ts'
import type { FakeEmail } from './mail.ts'
import type { FakeMethod } from './methods.ts'

interface Script {
  id: string
  name: string
  text: string
  isActive: boolean
}

interface Kept {
  readonly scripts: Map<string, Script>
  readonly singletons: Map<string, Args>
  readonly blobs: Map<string, string>
}

const byAccount = new WeakMap<FakeAccount, Kept>()
const keptOf = (account: FakeAccount): Kept => {
  const kept = byAccount.get(account) ?? { scripts: new Map(), singletons: new Map(), blobs: new Map() }
  byAccount.set(account, kept)
  return kept
}

const mistakeIn = (text: string): Args | undefined => {
  const compiled = compileSieve(Buffer.from(text, 'utf8'))
  return compiled.is === 'program' ? undefined : { type: 'invalidSieve', mistakes: compiled.mistakes }
}

const blobOf = ({ text }: Script): string => `Z${Buffer.from(text, 'utf8').toString('base64url')}`

const setScripts: FakeMethod = (account, args) => {
  const { scripts, blobs } = keptOf(account)
  const created: Args = {}
  const updated: Args = {}
  const notCreated: Args = {}
  const notUpdated: Args = {}
  for (const [creation, wanted] of Object.entries((args['create'] ?? {}) as Record<string, Args>)) {
    const text = blobs.get(String(wanted['blobId'])) ?? ''
    const mistake = mistakeIn(text)
    if (mistake !== undefined) notCreated[creation] = mistake
    else {
      const id = `S${scripts.size + 1}`
      scripts.set(id, { id, name: String(wanted['name']), text, isActive: false })
      created[creation] = { id }
      blobs.set(`#${creation}`, id)
    }
  }
  for (const [id, wanted] of Object.entries((args['update'] ?? {}) as Record<string, Args>)) {
    const script = scripts.get(id)
    const text = blobs.get(String(wanted['blobId'])) ?? ''
    const mistake = mistakeIn(text)
    if (script === undefined || mistake !== undefined) notUpdated[id] = mistake ?? { type: 'notFound' }
    else {
      script.text = text
      updated[id] = null
    }
  }
  const failed = Object.keys(notCreated).length + Object.keys(notUpdated).length > 0
  const wanted = args['onSuccessActivateScript']
  const chosen = typeof wanted === 'string' && wanted.startsWith('#') ? blobs.get(wanted) : wanted
  if (!failed && typeof chosen === 'string') for (const script of scripts.values()) script.isActive = script.id === chosen
  const orNull = (map: Args): Args | null => (Object.keys(map).length === 0 ? null : map)
  return { oldState: '1', newState: '2', created: orNull(created), updated: orNull(updated), destroyed: null, notCreated: orNull(notCreated), notUpdated: orNull(notUpdated), notDestroyed: null }
}

const singletonMethods = (name: string, empty: Args): Record<string, FakeMethod> => ({
  [`${name}/get`]: (account) => ({ state: '1', list: [{ id: 'singleton', ...(keptOf(account).singletons.get(name) ?? empty) }], notFound: [] }),
  [`${name}/set`]: (account, args) => {
    const { singletons } = keptOf(account)
    singletons.set(name, { ...(singletons.get(name) ?? empty), ...((args['update'] as Record<string, Args>)['singleton']) })
    return { oldState: '1', newState: '2', created: null, updated: { singleton: null }, destroyed: null, notCreated: null, notUpdated: null, notDestroyed: null }
  },
})

/** Of a message in memory there is what lists show. */
const rawOf = ({ from, subject, text }: FakeEmail): Buffer => {
  const [sender] = from ?? []
  const word = (said: string): string => `=?UTF-8?B?${Buffer.from(said).toString('base64')}?=`
  return mailOf(`From: ${word(sender?.name ?? '')} <${sender?.email ?? ''}>\nSubject: ${word(subject ?? '')}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`)
}

const testScript: FakeMethod = (account, args) => {
  const compiled = compileSieve(Buffer.from(String(args['script']), 'utf8'))
  if (compiled.is === 'mistakes') return { error: { type: 'invalidSieve', mistakes: compiled.mistakes }, list: [], notFound: [] }
  const list = (args['emailIds'] as string[]).flatMap((emailId): readonly Args[] => {
    const email = account.emails.get(emailId)
    if (email === undefined) return []
    const outcome = runSieve(compiled.program, {
      message: viewOf(rawOf(email)), envelope: { from: '', to: 'me@example.jp' }, nowMs: Date.now(), zoneMinutes: 540, environment: {},
      scores: { spamPercent: null, virusLevel: 0 }, mailboxExists: () => true, mailboxIdExists: () => false, specialUseExists: () => true, seenBefore: () => undefined,
    })
    if (outcome.is === 'failed') return [{ emailId, failed: outcome.why, actions: [], isKept: true, keywords: [] }]
    const { actions, implicitKeep, flags } = outcome.decision
    return [{ emailId, failed: null, isKept: implicitKeep, keywords: flags, actions: actions.map((action) => ({ ...action, keywords: 'flags' in action ? action.flags : [] })) }]
  })
  return { error: null, list, notFound: [] }
}

export const ruleMethods: Record<string, FakeMethod> = {
  'SieveScript/test': testScript,
  'SieveScript/get': (account) => ({
    state: '1', notFound: [],
    list: [...keptOf(account).scripts.values()].map((script) => ({ id: script.id, name: script.name, blobId: blobOf(script), isActive: script.isActive })),
  }),
  'SieveScript/set': setScripts,
  'Blob/get': (_, args) => ({
    state: '1', notFound: [], list: (args['ids'] as string[]).map((id) => ({ id, 'data:asText': Buffer.from(id.slice(1), 'base64url').toString('utf8') })),
  }),
  'Blob/upload': (account, args) => {
    const { blobs } = keptOf(account)
    const created: Args = {}
    for (const [creation, wanted] of Object.entries(args['create'] as Record<string, { readonly data: readonly Record<string, string>[] }>)) {
      blobs.set(`#${creation}`, wanted.data.map((source) => source['data:asText'] ?? '').join(''))
      created[creation] = { id: `U${creation}` }
    }
    return { created, notCreated: null }
  },
  ...singletonMethods('VacationResponse', { isEnabled: false, fromDate: null, toDate: null, subject: null, textBody: null, htmlBody: null }),
  ...singletonMethods('Forwarding', { isEnabled: false, addresses: [], keepsCopy: true }),
}
