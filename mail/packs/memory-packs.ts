/** Packs in memory, beside `mail/journal/memory-store.ts`: the same answers as `store/journal/packs.ts` gives. */
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { FoundBody, NewMessage } from '../ports/journal-store.ts'
import type { BodyPlace, IndexPackLine, PackedBody, PackSegment, PackStore, SheetLine } from '../ports/pack-store.ts'

export interface KeptPacks {
  readonly lines: Map<string, IndexPackLine>
  readonly segments: Map<string, readonly PackSegment[]>
  readonly sheets: Map<string, { readonly line: SheetLine; readonly strips: readonly Uint8Array[] }>
  readonly places: Map<MessageId, BodyPlace>
  /** Whether it was an hour ago. */
  readonly doomed: Map<string, boolean>
  readonly bodyPacks: Map<string, { readonly sizeBytes: number; liveBytes: number }>
}

interface KeptMessages {
  readonly rows: Map<MessageId, NewMessage>
  readonly packs: KeptPacks
}

export const noPacks = (): KeptPacks => ({
  lines: new Map(), segments: new Map(), sheets: new Map(), places: new Map(), doomed: new Map(), bodyPacks: new Map(),
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const emptyRow = { in: 'row', sealed: Buffer.alloc(0) } as const

/** Packs that became empty: their blobs go. */
const emptied = ({ bodyPacks }: KeptPacks): readonly string[] => {
  const names = [...bodyPacks].flatMap(([name, { liveBytes }]) => (liveBytes === 0 ? [name] : []))
  for (const name of names) bodyPacks.delete(name)
  return names
}

const leave = (packs: KeptPacks, { blob, sizeBytes }: BodyPlace): void => {
  const pack = packs.bodyPacks.get(blob)
  if (pack !== undefined) pack.liveBytes -= sizeBytes
}

/** What dead messages had in packs is no longer live; gives the blobs that nobody needs any more. */
export const forgetPlaces = (packs: KeptPacks, dead: readonly MessageId[]): readonly string[] => {
  for (const message of dead) {
    const place = packs.places.get(message)
    if (place === undefined) continue
    packs.places.delete(message)
    leave(packs, place)
  }
  return emptied(packs)
}

export const foundBody = ({ rows, packs }: KeptMessages, message: MessageId): FoundBody | undefined => {
  const place = packs.places.get(message)
  return place === undefined ? rows.get(message)?.body : { in: 'pack', blob: place.blob, offset: place.offset, sizeBytes: place.sizeBytes }
}

/** Gives whether the body came to lie there. */
const place = ({ rows, packs }: KeptMessages, blob: string, { message, from, offset, sizeBytes }: PackedBody): boolean => {
  const row = rows.get(message)
  const present = packs.places.get(message)
  if (row === undefined || (present?.blob ?? null) !== from) return false
  if (present === undefined && (row.body.in !== 'row' || row.body.sealed.length === 0)) return false
  if (present === undefined) rows.set(message, { ...row, body: emptyRow })
  else leave(packs, present)
  packs.places.set(message, { message, blob, offset, sizeBytes })
  return true
}

type Run = Pick<IndexPackLine, 'first' | 'last'>

const overlaps = (one: Run, other: Run): boolean => one.first <= other.last && one.last >= other.first

/** Whoever names a blob that is not doomed comes too late. */
export const pardonBlob = ({ doomed }: KeptPacks, name: string): void => {
  if (!doomed.delete(name)) throw new Fault('storageFailed', 'the blob is not there any more')
}

export const memoryPacks = (
  keptOf: (account: AccountHandle) => KeptMessages | undefined, blobs: BlobStore, all: () => Iterable<readonly [AccountHandle, KeptMessages]>,
): PackStore => ({
  async indexPacks(account) {
    await turn()
    return [...(keptOf(account)?.packs.lines.values() ?? [])].toSorted((one, other) => (one.first < other.first ? -1 : 1))
  },
  async packSegments(account, pack, names) {
    await turn()
    return keptOf(account)?.packs.segments.get(pack)?.filter(({ name }) => names.includes(name)) ?? []
  },
  async addIndexPack(account, line, segments, replaces) {
    await turn()
    const packs = keptOf(account)?.packs
    if (packs === undefined || (replaces !== null && !packs.lines.has(replaces))) return false
    const others = [...packs.lines.values()].filter(({ pack }) => pack !== replaces)
    if (line.messages > 0 && others.some((other) => overlaps(line, other))) return false
    if (replaces !== null) {
      packs.lines.delete(replaces)
      packs.segments.delete(replaces)
    }
    if (line.messages === 0) return true
    packs.lines.set(line.pack, line)
    packs.segments.set(line.pack, segments.map(({ name, sealed }) => ({ name, sealed: Buffer.from(sealed) })))
    return true
  },
  async sheets(account) {
    await turn()
    return [...(keptOf(account)?.packs.sheets.values() ?? [])].map(({ line }) => line).toSorted((one, other) => (one.first < other.first ? -1 : 1))
  },
  async sheetStrips(account, sheets, strips) {
    await turn()
    const kept = keptOf(account)?.packs.sheets
    return sheets.flatMap((sheet) => strips.flatMap((strip) => {
      const sealed = kept?.get(sheet)?.strips[strip]
      return sealed === undefined ? [] : [{ sheet, strip, sealed }]
    }))
  },
  async addSheet(account, line, sealed, replaces) {
    await turn()
    const sheets = keptOf(account)?.packs.sheets
    if (sheets === undefined || replaces.some((sheet) => !sheets.has(sheet))) return false
    const others = [...sheets.values()].filter((other) => !replaces.includes(other.line.sheet))
    if (line.messages > 0 && others.some((other) => overlaps(line, other.line))) return false
    for (const sheet of replaces) sheets.delete(sheet)
    if (line.messages > 0) sheets.set(line.sheet, { line, strips: sealed.map((strip) => Buffer.from(strip)) })
    return true
  },
  async unpackedBodies(account, bytesMax) {
    await turn()
    const bodies: { message: MessageId; sealed: Uint8Array }[] = []
    let bytes = 0
    const rows = [...(keptOf(account)?.rows ?? [])].toSorted(([one], [other]) => (one < other ? -1 : 1))
    for (const [message, { body }] of rows) {
      if (body.in !== 'row' || body.sealed.length === 0) continue
      bytes += body.sealed.length
      if (bytes > bytesMax) break
      bodies.push({ message, sealed: body.sealed })
    }
    return bodies
  },
  async placesIn(account, blob) {
    await turn()
    return [...(keptOf(account)?.packs.places.values() ?? [])].filter((place) => place.blob === blob)
  },
  async wastedPlaces(account, bytesMax) {
    await turn()
    const packs = keptOf(account)?.packs ?? noPacks()
    let live = 0
    const wasted = new Set([...packs.bodyPacks].flatMap(([name, { sizeBytes, liveBytes }]) => {
      if (liveBytes * 2 >= sizeBytes || live + liveBytes > bytesMax) return []
      live += liveBytes
      return [name]
    }))
    return [...packs.places.values()].filter(({ blob }) => wasted.has(blob)).toSorted((one, other) => (one.message < other.message ? -1 : 1))
  },
  async doomBlob(accounts, blob) {
    await turn()
    for (const account of accounts) keptOf(account)?.packs.doomed.set(blob, false)
  },
  async sweepBlobs() {
    await turn()
    let swept = 0
    for (const [account, { packs }] of all()) {
      for (const [name] of [...packs.doomed].filter(([, isOld]) => isOld)) {
        packs.doomed.delete(name)
        await blobs.remove(account, name)
        swept += 1
      }
    }
    return swept
  },
  async placeBodies(account, blob, sizeBytes, bodies) {
    await turn()
    const kept = keptOf(account)
    const placed = kept === undefined ? [] : bodies.filter((body) => place(kept, blob, body))
    if (kept === undefined || placed.length === 0) return blobs.remove(account, blob)
    pardonBlob(kept.packs, blob)
    kept.packs.bodyPacks.set(blob, { sizeBytes, liveBytes: placed.reduce((sum, body) => sum + body.sizeBytes, 0) })
    for (const name of emptied(kept.packs)) await blobs.remove(account, name)
  },
})
