/** What this browser keeps of a sign-in: the device's key, which script can use but not read, and the session's token, useless without it. */

const name = 'bulkhead'
const version = 1
const storeName = 'device'

const promised = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
  })

let opened: Promise<IDBDatabase> | undefined

const open = (): Promise<IDBDatabase> => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => {
      opened = undefined
      reject(request.error ?? new Error('IndexedDB does not open'))
    }
  })
  return opened
}

const inStore = async <Value>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Value>): Promise<Value> =>
  promised(act((await open()).transaction(storeName, mode).objectStore(storeName)))

export const kept = (key: string): Promise<unknown> => inStore('readonly', (store) => store.get(key))

export const keep = async (key: string, value: unknown): Promise<void> => {
  await inStore('readwrite', (store) => store.put(value, key))
}

export const forget = async (key: string): Promise<void> => {
  await inStore('readwrite', (store) => store.delete(key))
}

/** Only as long as it is this one that is kept: nothing that came meanwhile. */
export const forgetIf = async (key: string, value: unknown): Promise<void> => {
  const store = (await open()).transaction(storeName, 'readwrite').objectStore(storeName)
  if ((await promised<unknown>(store.get(key))) === value) await promised(store.delete(key))
}

/** Adds it where nothing is kept yet, and gives what is there afterwards: of two tabs one wins. */
export const keepFirst = async (key: string, value: unknown): Promise<unknown> => {
  const store = (await open()).transaction(storeName, 'readwrite').objectStore(storeName)
  const found = await promised<unknown>(store.get(key))
  if (found !== undefined) return found
  await promised(store.put(value, key))
  return value
}
