/**
 * Text of drafts that the server does not have yet, on this device: sealed by AES-256-GCM under a key that script can use
 * but not read, bound to the account, taken away as soon as the server has it or the person signs out.
 */
import type { Draft } from './draft.ts'
import { forgetDone, isDone, noteDone, noteNotDone, unsavedHere } from './left-behind.ts'

const databaseName = 'bulkhead.compose'
/** More drafts than these are not kept here; who writes so many without a server has other worries. */
const keptMax = 20

interface Sealed {
  readonly account: string
  readonly iv: Uint8Array<ArrayBuffer>
  readonly text: ArrayBuffer
}

export interface KeptDraft {
  readonly draft: Draft
  /** The copy on the server it was opened from. */
  readonly emailId: string | null
}

const promised = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
  })

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB failed'))
  })

let opened: Promise<IDBDatabase> | undefined

const open = (): Promise<IDBDatabase> =>
  (opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('key')
      request.result.createObjectStore('drafts')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB does not open'))
  }).catch((error: unknown) => {
    opened = undefined
    throw error
  }))

const store = async (name: 'key' | 'drafts', mode: IDBTransactionMode): Promise<IDBObjectStore> => (await open()).transaction(name, mode).objectStore(name)

const sealingKey = async (): Promise<CryptoKey> => {
  const found: unknown = await promised((await store('key', 'readonly')).get('key'))
  if (found instanceof CryptoKey) return found
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Of two tabs one wins: `add` fails in the other, which then reads what is there.
  await promised((await store('key', 'readwrite')).add(made, 'key')).catch(() => undefined)
  const kept: unknown = await promised((await store('key', 'readonly')).get('key'))
  return kept instanceof CryptoKey ? kept : made
}

const bytes = new TextEncoder()

/** How many texts of a draft are on their way into the store, by its Message-ID: they may come after it was to be forgotten. */
const beingKept = new Map<string, number>()

/** False where this browser keeps nothing (private window, no room). */
export const keepHere = async (account: string, draft: Draft, emailId: string | null): Promise<boolean> => {
  const { messageId } = draft
  noteNotDone(messageId)
  beingKept.set(messageId, (beingKept.get(messageId) ?? 0) + 1)
  try {
    const key = await sealingKey()
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const plain = bytes.encode(JSON.stringify({ draft, emailId } satisfies KeptDraft))
    const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bytes.encode(account) }, key, plain)
    const drafts = await store('drafts', 'readwrite')
    if ((await promised(drafts.count())) >= keptMax && (await promised(drafts.getKey(messageId))) === undefined) return false
    await promised(drafts.put({ account, iv, text } satisfies Sealed, messageId))
    unsavedHere.value = true
    return true
  } catch {
    return false
  } finally {
    const others = (beingKept.get(messageId) ?? 1) - 1
    if (others > 0) beingKept.set(messageId, others)
    else beingKept.delete(messageId)
  }
}

/** It is noted at once, so that what a slow store still keeps when the page closes is not restored. */
export const forgetHere = async (messageId: string): Promise<void> => {
  noteDone(messageId)
  try {
    const drafts = await store('drafts', 'readwrite')
    // Meanwhile it may be written on: taken back, or typed on after a save.
    if (!isDone(messageId)) return
    const through = committed(drafts.transaction)
    await promised(drafts.delete(messageId))
    if ((await promised(drafts.count())) === 0) unsavedHere.value = false
    await through
    if (!beingKept.has(messageId)) noteNotDone(messageId)
  } catch {
    // What cannot be opened keeps nothing either.
  }
}

const isSealed = (value: unknown): value is Sealed => typeof value === 'object' && value !== null && 'iv' in value && 'text' in value && 'account' in value

const unseal = async (account: string, sealed: Sealed): Promise<KeptDraft | undefined> => {
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData: bytes.encode(account) }, await sealingKey(), sealed.text)
    const kept: KeptDraft = JSON.parse(new TextDecoder().decode(plain))
    return kept
  } catch {
    return undefined
  }
}

/** Those of the account that are still here. */
export const keptDrafts = async (account: string): Promise<KeptDraft[]> => {
  try {
    const all: unknown[] = await promised((await store('drafts', 'readonly')).getAll(null, keptMax))
    const own = await Promise.all(all.filter(isSealed).filter((sealed) => sealed.account === account).map((sealed) => unseal(account, sealed)))
    const kept = own.filter((one) => one !== undefined)
    for (const { draft } of kept) if (isDone(draft.messageId)) void forgetHere(draft.messageId)
    return kept.filter(({ draft }) => !isDone(draft.messageId))
  } catch {
    return []
  }
}

/** At sign-out: text and key. */
export const wipeHere = async (): Promise<void> => {
  try {
    await promised((await store('drafts', 'readwrite')).clear())
    await promised((await store('key', 'readwrite')).clear())
    forgetDone()
  } finally {
    unsavedHere.value = false
  }
}
