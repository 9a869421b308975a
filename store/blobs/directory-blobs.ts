/**
 * Large sealed bodies in a directory: `ab/account/name`, one hard link per account that holds them, so that each
 * account's files go with it. A name is handed out only when file and directories are on the disk; a process confined by
 * Node's permission model has no fsync, so blobs are written through (O_SYNC). Names are random and ours; anything else
 * does not name a file. The processes of a cell that share it have accounts of their own and one group: the root
 * directory's, which everything inside inherits (set-group-id).
 */
import { randomUUID } from 'node:crypto'
import { constants, mkdirSync } from 'node:fs'
import { link, readdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { isUuid, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { BlobReader, BlobStore, BlobWriter } from '@bulkhead/mail/ports/blob-store.ts'
import { OpenFile } from './open-file.ts'

/** Every piece waits for the disk, so they are large. */
const writeBufferBytes = 1_048_576
const mode = 0o640
const directoryMode = 0o2770
const umask = 0o007

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** A path is not told: its account is in it. */
const storageFault = (doing: string, error: unknown): Fault => {
  const code = codeOf(error)
  return new Fault('storageFailed', `${doing}: ${typeof code === 'string' ? code : 'no code'}`)
}

const writeThrough = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_SYNC

/** Made at once with its right mode: another process may come in between. */
const makeDirectory = (path: string): void => {
  const previous = process.umask(umask)
  try {
    mkdirSync(path, { recursive: true, mode: directoryMode })
  } finally {
    process.umask(previous)
  }
}

/** Writes what it is given in pieces of a good size, each byte once. */
class FileBlobWriter implements BlobWriter {
  readonly name = randomUUID()
  readonly #root: string
  readonly #path: string
  readonly #file: OpenFile
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #last: { readonly byte: Uint8Array; readonly at: number } | undefined
  #sizeBytes = 0
  #state: 'open' | 'kept' | 'gone' = 'open'

  constructor(root: string, path: string, file: OpenFile) {
    this.#root = root
    this.#path = path
    this.#file = file
  }

  async write(chunk: Uint8Array): Promise<void> {
    assert(this.#state === 'open', 'a blob is written before it is kept')
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= writeBufferBytes) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return
    let rest = this.#waiting.length === 1 ? this.#waiting : [Buffer.concat(this.#waiting, this.#waitingBytes)]
    this.#waiting = []
    this.#waitingBytes = 0
    try {
      while (rest.length > 0) {
        const [bytes = new Uint8Array()] = rest
        const bytesWritten = await this.#file.write(bytes)
        rest = bytesWritten === bytes.length ? [] : [bytes.subarray(bytesWritten)]
        this.#sizeBytes += bytesWritten
        if (bytesWritten > 0) this.#last = { byte: bytes.slice(bytesWritten - 1, bytesWritten), at: this.#sizeBytes - 1 }
      }
    } catch (error) {
      throw storageFault('writing a blob', error)
    }
  }

  async keep(accounts: readonly AccountHandle[]): Promise<string> {
    assert(this.#state === 'open', 'a blob is kept once')
    await this.#flush()
    const { name } = this
    const targets: string[] = []
    try {
      for (const account of accounts) {
        const directory = accountDirectory(this.#root, account)
        const target = join(directory, name)
        targets.push(target)
        await link(this.#path, target)
      }
      await this.#settle()
      this.#state = 'kept'
      await unlink(this.#path)
      await this.#file.close()
    } catch (error) {
      await this.#file.close().catch(() => undefined)
      for (const target of targets) await rm(target, { force: true })
      throw storageFault('keeping a blob', error)
    }
    return name
  }

  /**
   * Writes the last byte once more. A write through waits for the journal's transaction with all that happened to the
   * file, its new names among it, and for those before: the directories made for them.
   */
  async #settle(): Promise<void> {
    if (this.#last !== undefined) await this.#file.write(this.#last.byte, this.#last.at)
  }

  async discard(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'gone'
    this.#waiting = []
    await this.#file.close().catch(() => undefined)
    await rm(this.#path, { force: true })
  }
}

const shardOf = (root: string, account: AccountHandle): string => {
  assert(isUuid(account), 'a handle is a UUID')
  return join(root, account.slice(0, 2))
}

const accountPath = (root: string, account: AccountHandle): string => join(shardOf(root, account), account)

const accountDirectory = (root: string, account: AccountHandle): string => {
  const path = accountPath(root, account)
  makeDirectory(path)
  return path
}

const fileReader = (file: OpenFile, sizeBytes: number): BlobReader => ({
  sizeBytes,
  async read(offset, length, into) {
    const wanted = Math.max(0, Math.min(length, sizeBytes - offset))
    const bytes = into !== undefined && into.length >= wanted ? into.subarray(0, wanted) : Buffer.allocUnsafe(wanted)
    let got = 0
    try {
      while (got < wanted) {
        const bytesRead = await file.read(bytes, got, wanted - got, offset + got)
        if (bytesRead === 0) break
        got += bytesRead
      }
    } catch (error) {
      throw storageFault('reading a blob', error)
    }
    return bytes.subarray(0, got)
  },
  async [Symbol.asyncDispose]() {
    await file.close()
  },
})

const incoming = 'incoming'

/** The directory exists and is the process's own. Files of writers that died are cleared away by `sweepIncoming`. */
export const directoryBlobs = (root: string): BlobStore => ({
  async create() {
    const path = join(root, incoming, randomUUID())
    try {
      makeDirectory(join(root, incoming))
      return new FileBlobWriter(root, path, await OpenFile.open(path, writeThrough, mode))
    } catch (error) {
      throw storageFault('beginning a blob', error)
    }
  },

  async open(account, name) {
    if (!isUuid(name)) return undefined
    try {
      const file = await OpenFile.open(join(accountPath(root, account), name), 'r')
      return fileReader(file, await file.sizeBytes())
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw storageFault('opening a blob', error)
    }
  },

  async remove(account, name) {
    if (!isUuid(name)) return
    try {
      await rm(join(accountPath(root, account), name), { force: true })
    } catch (error) {
      throw storageFault('removing a blob', error)
    }
  },

  async removeAll(account) {
    try {
      await rm(accountPath(root, account), { recursive: true, force: true })
    } catch (error) {
      throw storageFault('removing the blobs of an account', error)
    }
  },
})

const abandonedMs = 86_400_000

/** Removes what writers that died left behind a day ago; gives their number. */
export const sweepIncoming = async (root: string, nowMs: number, filesMax = 10_000): Promise<number> => {
  const names = await readdir(join(root, incoming)).catch(() => [])
  let swept = 0
  for (const name of names.filter(isUuid).slice(0, filesMax)) {
    const path = join(root, incoming, name)
    const old = await stat(path).then(({ mtimeMs }) => nowMs - mtimeMs > abandonedMs, () => false)
    if (!old) continue
    await rm(path, { force: true })
    swept += 1
  }
  return swept
}
