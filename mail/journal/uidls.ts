/**
 * Unique-ids (RFC 1939 section 7) that messages brought with them, by UID. The first one given stays. Kept in parts of
 * 4,096 UIDs, so that a change copies its part only and what was published stays.
 */
import type { Uid } from '@bulkhead/base/ids.ts'
import { uidsPerSegment } from './columns.ts'

/** Of one mailbox. */
export const uidlsMax = 200_000

export type UidlPart = ReadonlyMap<Uid, string>
export type Uidls = ReadonlyMap<number, UidlPart>

export const uidlPart = (uid: number): number => Math.floor(uid / uidsPerSegment)

export const uidlIn = (uidls: Uidls, uid: Uid): string | undefined => uidls.get(uidlPart(uid))?.get(uid)

export class UidlTable {
  /** Parts that changed since they were last written. */
  readonly touched = new Set<number>()
  #parts: Map<number, Map<Uid, string>>
  #count = 0
  #published = false
  /** Parts that no published table sees. */
  readonly #own = new Set<number>()

  constructor(start: Uidls = new Map()) {
    this.#parts = new Map([...start].map(([number, part]) => [number, new Map(part)]))
    for (const part of start.values()) this.#count += part.size
  }

  /** A part of our own, to be changed. */
  #part(number: number): Map<Uid, string> {
    if (this.#published) {
      this.#parts = new Map(this.#parts)
      this.#own.clear()
      this.#published = false
    }
    const present = this.#parts.get(number)
    const part = present !== undefined && this.#own.has(number) ? present : new Map(present)
    this.#parts.set(number, part)
    this.#own.add(number)
    this.touched.add(number)
    return part
  }

  set(uid: Uid, uidl: string): void {
    const number = uidlPart(uid)
    if (this.#count >= uidlsMax || this.#parts.get(number)?.has(uid) === true) return
    this.#part(number).set(uid, uidl)
    this.#count += 1
  }

  /** The message is gone. */
  delete(uid: Uid): void {
    const number = uidlPart(uid)
    if (this.#parts.get(number)?.has(uid) !== true) return
    const part = this.#part(number)
    part.delete(uid)
    if (part.size === 0) this.#parts.delete(number)
    this.#count -= 1
  }

  publish(): Uidls {
    this.#published = true
    return this.#parts
  }
}
