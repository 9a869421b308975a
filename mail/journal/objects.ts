/**
 * What a person keeps beside mail: contacts, identities, settings, scripts. Each is a value of its kind under an id, set and
 * removed by events, so that it has the journal's order, its seal and its changes. A change makes a new published list;
 * what was published stays. What is beyond a limit is left out, the same by every reader.
 */
import type { ModSeq } from '@bulkhead/base/ids.ts'

/** In the order of their numbers in events: only ever added to. */
export const objectKinds = ['identity', 'addressBook', 'contact', 'setting', 'script', 'vacation', 'submission', 'push', 'notice'] as const
export type ObjectKind = (typeof objectKinds)[number]

/** How many of a kind an account may have. */
export const objectsMax: Readonly<Record<ObjectKind, number>> = {
  identity: 200,
  addressBook: 100,
  contact: 20_000,
  setting: 200,
  script: 100,
  vacation: 1,
  submission: 2_000,
  push: 50,
  notice: 500,
}
/** Written by those who can't read what there is: the oldest makes room. */
const oldestGoes: ReadonlySet<ObjectKind> = new Set(['notice'])
/** Octets of an id: those of RFC 8620 section 1.2 are at most 255; ours are shorter. */
export const objectIdOctetsMax = 64
export const objectBytesMax = 262_144
/** Ids and values of all objects of an account. */
export const objectsBytesMax = 33_554_432
/** Changes in one event, and their bytes: what is more goes as several. */
export const objectsPerEventMax = 1_000
export const objectEventBytesMax = 524_288
/** Ids of removed objects that are remembered, of each kind. */
export const removedMax = 2_000

const idText = /^[A-Za-z0-9_-]+$/
export const isObjectId = (id: string): boolean => id.length <= objectIdOctetsMax && idText.test(id)

/** Null removes it. */
export interface ObjectChange {
  readonly kind: ObjectKind
  readonly id: string
  readonly value: Uint8Array | null
}

export interface StoredObject {
  readonly id: string
  /** As it was set; its kind's own. */
  readonly value: Buffer
  readonly createdSeq: ModSeq
  /** Of its last change. */
  readonly seq: ModSeq
}

export interface ObjectsChanged {
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
}

/** The objects of one kind. */
export interface ObjectList {
  /** Of the last change to any of them; 0 where there never was one. */
  readonly seq: ModSeq
  readonly size: number
  get(id: string): StoredObject | undefined
  /** In no particular order. */
  all(): Iterable<StoredObject>
  /** `since`: a state of the account. Undefined where memory does not reach back that far. */
  changesSince(since: ModSeq): ObjectsChanged | undefined
}

/** Of a kind, beside the objects themselves. */
export interface ObjectFacts {
  readonly seq: ModSeq
  /** Removals up to here may be forgotten. */
  readonly floor: ModSeq
  /** Ids removed after `floor`, in the order of their removal. */
  readonly removed: readonly (readonly [id: string, seq: ModSeq])[]
}

/** Contacts are many and change one at a time: a snapshot writes only the pieces that changed. */
const contactPieces = 32
export const piecesOf = (kind: ObjectKind): number => (kind === 'contact' ? contactPieces : 1)

/** The piece an object is in: FNV-1a of its id. */
export const pieceOf = (kind: ObjectKind, id: string): number => {
  let hash = 0x811c_9dc5
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x0100_0193)
  return (hash >>> 0) % piecesOf(kind)
}

/** A piece by kind and number. */
export type TouchedObjects = ReadonlyMap<ObjectKind, ReadonlySet<number>>

const sizeOf = (id: string, value: Uint8Array): number => id.length + value.length

export class PublishedObjects implements ObjectList {
  readonly facts: ObjectFacts
  readonly #objects: ReadonlyMap<string, StoredObject>

  constructor(facts: ObjectFacts, objects: ReadonlyMap<string, StoredObject>) {
    this.facts = facts
    this.#objects = objects
  }

  get seq(): ModSeq {
    return this.facts.seq
  }

  get size(): number {
    return this.#objects.size
  }

  get(id: string): StoredObject | undefined {
    return this.#objects.get(id)
  }

  all(): Iterable<StoredObject> {
    return this.#objects.values()
  }

  changesSince(since: ModSeq): ObjectsChanged | undefined {
    if (since < this.facts.floor) return undefined
    if (since >= this.facts.seq) return { created: [], updated: [], destroyed: [] }
    const created: string[] = []
    const updated: string[] = []
    for (const { id, createdSeq, seq } of this.#objects.values()) if (seq > since) (createdSeq > since ? created : updated).push(id)
    const destroyed = this.facts.removed.flatMap(([id, seq]) => (seq > since && !this.#objects.has(id) ? [id] : []))
    return { created, updated, destroyed: [...new Set(destroyed)] }
  }
}

const emptyFacts: ObjectFacts = { seq: 0 as ModSeq, floor: 0 as ModSeq, removed: [] }
export const noObjects: ObjectList = new PublishedObjects(emptyFacts, new Map())

export type AllObjects = ReadonlyMap<ObjectKind, PublishedObjects>

/** The objects of one kind while they are folded. */
class KindFold {
  readonly #kind: ObjectKind
  readonly #objects: Map<string, StoredObject>
  readonly #removed: (readonly [string, ModSeq])[]
  #seq: ModSeq
  #floor: ModSeq
  #published: PublishedObjects | undefined
  #touched = new Set<number>()
  bytes = 0

  constructor(kind: ObjectKind, start?: PublishedObjects) {
    const { seq, floor, removed } = start?.facts ?? emptyFacts
    this.#kind = kind
    this.#seq = seq
    this.#floor = floor
    this.#objects = new Map([...(start?.all() ?? [])].map((one) => [one.id, one]))
    this.#removed = [...removed]
    for (const { id, value } of this.#objects.values()) this.bytes += sizeOf(id, value)
  }

  /** `bytesLeft` of the account's. */
  set(id: string, value: Uint8Array | null, seq: ModSeq, bytesLeft: number): void {
    const present = this.#objects.get(id)
    if (value === null) {
      if (present === undefined) return
      this.#objects.delete(id)
      this.#remember(id, seq)
    } else {
      const freed = present === undefined ? 0 : sizeOf(id, present.value)
      if (present === undefined && this.#objects.size >= objectsMax[this.#kind]) {
        if (!oldestGoes.has(this.#kind)) return
        this.#dropOldest(seq)
      }
      if (sizeOf(id, value) > bytesLeft + freed) return
      this.#objects.set(id, { id, value: Buffer.from(value), createdSeq: present?.createdSeq ?? seq, seq })
      this.bytes += sizeOf(id, value)
    }
    if (present !== undefined) this.bytes -= sizeOf(id, present.value)
    this.#seq = seq
    this.#touched.add(pieceOf(this.#kind, id))
    this.#published = undefined
  }

  #dropOldest(seq: ModSeq): void {
    const [first, ...others] = this.#objects.values()
    if (first === undefined) return
    const oldest = others.reduce((least, one) => (one.createdSeq < least.createdSeq ? one : least), first)
    this.set(oldest.id, null, seq, 0)
  }

  #remember(id: string, seq: ModSeq): void {
    this.#removed.push([id, seq])
    const forgotten = this.#removed.length > removedMax ? this.#removed.shift() : undefined
    if (forgotten !== undefined) this.#floor = forgotten[1]
  }

  published(): PublishedObjects {
    this.#published ??= new PublishedObjects({ seq: this.#seq, floor: this.#floor, removed: [...this.#removed] }, new Map(this.#objects))
    return this.#published
  }

  takeTouched(): ReadonlySet<number> {
    const touched = this.#touched
    this.#touched = new Set()
    return touched
  }

  giveBackTouched(pieces: ReadonlySet<number>): void {
    for (const piece of pieces) this.#touched.add(piece)
  }
}

export class ObjectsFold {
  readonly #kinds = new Map<ObjectKind, KindFold>()

  constructor(all: AllObjects) {
    for (const [kind, start] of all) this.#kinds.set(kind, new KindFold(kind, start))
  }

  apply(changes: readonly ObjectChange[], seq: ModSeq): void {
    for (const { kind, id, value } of changes) {
      if (!isObjectId(id) || (value !== null && value.length > objectBytesMax)) continue
      let fold = this.#kinds.get(kind)
      if (fold === undefined) this.#kinds.set(kind, (fold = new KindFold(kind)))
      fold.set(id, value, seq, objectsBytesMax - this.#bytes())
    }
  }

  #bytes(): number {
    let bytes = 0
    for (const one of this.#kinds.values()) bytes += one.bytes
    return bytes
  }

  published(): AllObjects {
    return new Map([...this.#kinds].map(([kind, fold]) => [kind, fold.published()]))
  }

  takeTouched(): TouchedObjects {
    return new Map([...this.#kinds].map(([kind, fold]) => [kind, fold.takeTouched()]))
  }

  giveBackTouched(touched: TouchedObjects): void {
    for (const [kind, pieces] of touched) this.#kinds.get(kind)?.giveBackTouched(pieces)
  }
}

/** Why a change can't be made now; undefined where it can. */
export const objectExcess = (all: AllObjects, changes: readonly ObjectChange[]): 'overQuota' | 'tooLarge' | undefined => {
  let bytes = 0
  for (const list of all.values()) for (const { id, value } of list.all()) bytes += sizeOf(id, value)
  const counts = new Map([...all].map(([kind, list]) => [kind, list.size]))
  const sizes = new Map<string, number>()
  for (const { kind, id, value } of changes) {
    if (!isObjectId(id) || (value !== null && value.length > objectBytesMax)) return 'tooLarge'
    const key = `${kind}/${id}`
    const present = all.get(kind)?.get(id)
    const before = sizes.get(key) ?? (present === undefined ? 0 : sizeOf(id, present.value))
    const after = value === null ? 0 : sizeOf(id, value)
    sizes.set(key, after)
    bytes += after - before
    counts.set(kind, (counts.get(kind) ?? 0) + (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0))
    if ((counts.get(kind) ?? 0) > objectsMax[kind] || bytes > objectsBytesMax) return 'overQuota'
  }
  return undefined
}

/** As many events as the limits of one ask for. */
export const objectEvents = (changes: readonly ObjectChange[]): readonly (readonly ObjectChange[])[] => {
  const events: ObjectChange[][] = []
  let bytes = objectEventBytesMax
  for (const change of changes) {
    const size = sizeOf(change.id, change.value ?? new Uint8Array())
    let last = events.at(-1)
    if (last === undefined || bytes + size > objectEventBytesMax || last.length >= objectsPerEventMax) {
      events.push((last = []))
      bytes = 0
    }
    last.push(change)
    bytes += size
  }
  return events
}
