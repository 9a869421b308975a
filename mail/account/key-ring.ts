/**
 * The content keys of an open account. They come sealed to the account's public key, and opening one costs a key
 * agreement, so each is opened when first needed; snapshots keep them sealed anew under the account's own key. What
 * goes into which segment follows from the key's id, so mailrooms that write in turn agree.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, wipe, type Secret } from '@bulkhead/base/secret.ts'
import { derive } from '@bulkhead/seal/hkdf.ts'
import type { ContentKey, Purpose, Sealing } from '@bulkhead/seal/sealing.ts'
import type { SealedContentKey } from '../ports/journal-store.ts'
import { openIdentity } from '../sending/identities.ts'

export const keySegments = 16
const keyIdBytes = 16
const keyBytes = 32
const entryBytes = keyIdBytes + keyBytes

export const keySegment = (number: number): string => `keys.${number}`
export const isKeySegment = (name: string): boolean => name.startsWith('keys.')

const nameOf = (keyId: Uint8Array): string => Buffer.from(keyId).toString('latin1')
const segmentOf = (name: string): number => name.charCodeAt(0) % keySegments

type Entry = { readonly sealed: SealedContentKey } | { readonly opened: ContentKey }

export class KeyRing {
  readonly #own: ContentKey
  #wiped = false
  readonly #sealing: Sealing
  readonly #privateKey: Secret<Buffer>
  readonly #entries = new Map<string, Entry>()
  readonly #touched = new Set<number>()

  constructor(sealing: Sealing, privateKey: Secret<Buffer>) {
    this.#sealing = sealing
    this.#privateKey = privateKey
    this.#own = sealing.ownKey(privateKey)
  }

  /** For what only a mailroom with an open pass writes and reads. */
  get own(): ContentKey {
    assert(!this.#wiped, 'a closed account neither seals nor opens')
    return this.#own
  }

  /** The numbers below `count` in an order that only this account can tell: `[n]` is where `n` stands. */
  ownOrder(use: string, count: number): readonly number[] {
    const marks = Array.from({ length: count }, (_, number) => derive(this.own.key.declassify(), `${use} ${number}`))
    const places = new Array<number>(count)
    for (const [place, { number }] of marks.map((mark, number) => ({ mark, number })).sort((one, other) => one.mark.compare(other.mark)).entries()) {
      places[number] = place
    }
    return places
  }

  get publicKey(): Buffer {
    return this.#sealing.publicKeyOf(this.#privateKey)
  }

  /** The account's private key, sealed to whom it is shared with. */
  sealKeyTo(publicKey: Uint8Array, use: string): Buffer {
    assert(!this.#wiped, 'a closed account shares nothing')
    return this.#sealing.sealTo(publicKey, use, this.#privateKey.declassify())
  }

  /** Another's private key that was sealed to this account. Throws `Fault('corrupt')`. */
  openKey(use: string, sealed: Uint8Array): Secret<Buffer> {
    assert(!this.#wiped, 'a closed account opens nothing')
    return secret(this.#sealing.openWith(this.#privateKey, use, sealed))
  }

  /** An address that the account may send as. Throws `Fault('corrupt')`. */
  openIdentity(account: AccountHandle, sealed: Uint8Array): string {
    assert(!this.#wiped, 'a closed account opens nothing')
    return openIdentity(this.#sealing, account, this.#privateKey, sealed)
  }

  add(keys: readonly SealedContentKey[]): void {
    for (const sealed of keys) {
      const name = nameOf(sealed.keyId)
      if (this.#entries.has(name)) continue
      this.#entries.set(name, { sealed })
      this.#touched.add(segmentOf(name))
    }
  }

  /** The key of a record. Undefined for one that never came, or does not open. */
  keyOf(keyId: Buffer): ContentKey | undefined {
    if (keyId.equals(this.own.keyId)) return this.own
    const name = nameOf(keyId)
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    return 'opened' in entry ? entry.opened : this.#open(name, entry.sealed)
  }

  #open(name: string, { keyId, sealed }: SealedContentKey): ContentKey | undefined {
    try {
      const opened = this.#sealing.openContentKey(this.#privateKey, keyId, sealed)
      this.#entries.set(name, { opened })
      return opened
    } catch {
      // A writer gone bad may store what does not open; nothing was ever readable under it.
      this.#entries.delete(name)
      return undefined
    }
  }

  /** Opens a record with the key it names; undefined where it does not open. */
  openRecord(purpose: Purpose, owner: string, sealed: Uint8Array): { readonly plain: Buffer; readonly own: boolean } | undefined {
    const own = this.own
    try {
      const key = this.keyOf(this.#sealing.recordKeyId(sealed))
      if (key === undefined) return undefined
      return { plain: this.#sealing.openRecord(key, purpose, owner, sealed), own: key === own }
    } catch {
      return undefined
    }
  }

  #namesIn(number: number): readonly string[] {
    return [...this.#entries.keys()].filter((name) => segmentOf(name) === number).toSorted()
  }

  /** Keys in all segments. */
  get size(): number {
    return this.#entries.size
  }

  encodeSegment(number: number): Buffer {
    const opened = this.#namesIn(number).flatMap((name) => this.keyOf(Buffer.from(name, 'latin1')) ?? [])
    return Buffer.concat(opened.flatMap(({ keyId, key }) => [keyId, key.declassify()]))
  }

  /** False where the bytes are no segment. */
  decodeSegment(bytes: Buffer): boolean {
    if (bytes.length % entryBytes !== 0) return false
    for (let at = 0; at < bytes.length; at += entryBytes) {
      const keyId = Buffer.from(bytes.subarray(at, at + keyIdBytes))
      const key = secret(Buffer.from(bytes.subarray(at + keyIdBytes, at + entryBytes)))
      this.#entries.set(nameOf(keyId), { opened: { keyId, key } })
    }
    wipe(bytes)
    return true
  }

  takeTouched(): readonly number[] {
    const taken = [...this.#touched]
    this.#touched.clear()
    return taken
  }

  giveBackTouched(taken: readonly number[]): void {
    for (const number of taken) this.#touched.add(number)
  }

  clear(): void {
    for (const entry of this.#entries.values()) if ('opened' in entry) wipe(entry.opened.key.declassify())
    this.#entries.clear()
    this.#touched.clear()
  }

  /** The end: nothing opens any more. */
  wipe(): void {
    if (this.#wiped) return
    this.#wiped = true
    this.clear()
    wipe(this.#own.key.declassify())
    wipe(this.#privateKey.declassify())
  }
}
