/**
 * Makes sheets of an account's index packs (`sheet.ts`), off the path of any operation, while somebody is logged in: reads the digests
 * of the packs, turns them, seals each strip under the account's own key. The packs keep their digests, so nothing is lost wherever it
 * stops. A pack that was made anew has its sheet made anew: what was expunged is in neither.
 */
import { randomUUID } from 'node:crypto'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { KeyRing } from '../account/key-ring.ts'
import type { IndexPackLine, PackStore } from '../ports/pack-store.ts'
import type { GiveWay } from './give-way.ts'
import { Column, PackIds } from './index-pack.ts'
import { segmentOwner, type PackShelf } from './pack-shelf.ts'
import { isFull, nextSheet, type SheetPlan } from './sheet-plan.ts'
import { SheetWriter, stripCount } from './sheet.ts'
import { headStrip, stripOwner, type SheetShelf } from './sheet-shelf.ts'

/** Sheets made in one go. */
const sheetsPerTurn = 64
/** Messages whose digests are turned before others have their turn. */
const messagesPerBreath = 256
/** Strips that are sealed until then. */
const stripsPerBreath = 32

export interface SheetMaking {
  readonly account: AccountHandle
  readonly ring: KeyRing
  readonly packs: PackShelf
  readonly sheets: SheetShelf
}

export interface SheetMakerPorts {
  readonly store: PackStore
  readonly sealing: Sealing
  readonly giveWay: GiveWay
}

interface Digests {
  readonly line: IndexPackLine
  readonly ids: PackIds
  readonly digests: Column
}

export class SheetMaker {
  readonly #making: SheetMaking
  readonly #ports: SheetMakerPorts

  constructor(making: SheetMaking, ports: SheetMakerPorts) {
    this.#making = making
    this.#ports = ports
  }

  /** One turn; stops early where `stopped` says so. Rejects with the store's fault. */
  async work(stopped: () => boolean): Promise<void> {
    const { packs, sheets } = this.#making
    for (let left = sheetsPerTurn; left > 0 && !stopped(); left -= 1) {
      const plan = nextSheet(await packs.lines(), await sheets.lines())
      if (plan === undefined || !(await this.#make(plan, stopped))) return
    }
  }

  /** False where a pack can't be read now, or another mailroom was faster. */
  async #make({ packs, replaces }: SheetPlan, stopped: () => boolean): Promise<boolean> {
    const read: Digests[] = []
    let [messages, sizeBytes] = [0, 0]
    try {
      for (const line of packs) {
        await this.#ports.giveWay.turn(stopped)
        const digests = await this.#digests(line)
        if (digests === undefined) return false
        read.push(digests)
        messages += line.messages
        sizeBytes += digests.digests.sizeBytes
        if (isFull({ messages, sizeBytes })) break
      }
      return await this.#add(read, replaces.map(({ sheet }) => sheet), replaces[0]?.first, stopped)
    } finally {
      for (const { digests } of read) digests.wipe()
    }
  }

  async #digests(line: IndexPackLine): Promise<Digests | undefined> {
    const { account, ring } = this.#making
    const { pack } = line
    const segments = await this.#ports.store.packSegments(account, pack, ['ids', 'digest'])
    const [ids, digests] = (['ids', 'digest'] as const).map((name) => {
      const sealed = segments.find((segment) => segment.name === name)?.sealed
      const opened = sealed === undefined ? undefined : ring.openRecord('pack', segmentOwner(account, pack, name), sealed)
      return opened?.own === true ? opened.plain : undefined
    })
    if (ids === undefined || digests === undefined) {
      this.#making.packs.forgetLines()
      return undefined
    }
    const opened = new PackIds(ids)
    return { line, ids: opened, digests: new Column(digests, opened.count) }
  }

  async #add(
    read: readonly Digests[], replaces: readonly string[], gone: IndexPackLine['first'] | undefined, stopped: () => boolean,
  ): Promise<boolean> {
    const { account, sheets } = this.#making
    const [first, last] = [read[0]?.line.first ?? gone, read.at(-1)?.line.last ?? gone]
    if (first === undefined || last === undefined) return false
    const sheet = randomUUID()
    const { sealed, sizeBytes } = await this.#sealed(sheet, read, stopped)
    const messages = read.reduce((sum, { ids }) => sum + ids.count, 0)
    const added = await this.#ports.store.addSheet(account, { sheet, first, last, messages, sizeBytes }, sealed, replaces)
    sheets.forgetLines()
    return added
  }

  /** The strips in the account's own order, the head behind them. */
  async #sealed(
    sheet: string, read: readonly Digests[], stopped: () => boolean,
  ): Promise<{ readonly sealed: readonly Buffer[]; readonly sizeBytes: number }> {
    const { account, ring, sheets } = this.#making
    const { giveWay, sealing } = this.#ports
    const cells = read.flatMap(({ ids, digests }) => Array.from({ length: ids.count }, (_, at) => digests.cell(at)))
    if (cells.length === 0) return { sealed: [], sizeBytes: 0 }
    const writer = new SheetWriter(cells.map(({ length }) => length))
    for (const [at, digest] of cells.entries()) {
      writer.put(at, digest)
      if (at % messagesPerBreath === messagesPerBreath - 1) await giveWay.turn(stopped)
    }
    const seal = (strip: number, plain: Buffer): Buffer => sealing.sealRecord(ring.own, 'pack', stripOwner(account, sheet, strip), plain)
    const sealed = new Array<Buffer>(stripCount)
    for (let number = 0; number < stripCount; number += 1) {
      if (number % stripsPerBreath === 0) await giveWay.turn(stopped)
      const place = sheets.placeOf(number)
      sealed[place] = seal(place, writer.strip(number))
    }
    const head = writer.head(Buffer.concat(read.map(({ ids }) => ids.idBytes)))
    sealed[headStrip] = seal(headStrip, head)
    wipe(head)
    writer.wipe()
    return { sealed, sizeBytes: writer.sizeBytes }
  }
}
