/** The directory and the vault's index in memory: fakes of the ports for tests. */
import { createHash } from 'node:crypto'
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { FilterBook, RecipientDirectory, Resolved } from '@bulkhead/mail/ports/directory.ts'
import type { RecipientPorts } from './recipients.ts'

export interface MemoryDirectory {
  readonly directory: RecipientDirectory
  readonly vault: RecipientPorts['vault']
  add(canonicalAddress: string, resolved: Resolved): void
  change(canonicalAddress: string, changed: Partial<Resolved>): void
  setBook(book: Partial<FilterBook>): void
  /** The vault, or the database, answers no more. */
  setAway(away: boolean): void
  /** Questions that reached the directory. */
  asked(): number
}

const indexOf = (address: string): string => base64(createHash('sha256').update(address).digest())

export const memoryDirectory = (domains: readonly string[]): MemoryDirectory => {
  const rows = new Map<string, Resolved>()
  let book: FilterBook = { isp: {}, brands: new Map(), allow: new Uint8Array(0), deny: new Uint8Array(0) }
  let away = false
  let asked = 0
  const present = (): void => {
    if (away) throw new Fault('vaultAway', 'switched off')
  }
  return {
    directory: {
      async resolve(index) {
        present()
        asked += 1
        return rows.get(base64(index))
      },
      async isLocalDomain(domain) {
        present()
        return domains.includes(domain)
      },
      async filterBook() {
        present()
        return book
      },
    },
    vault: {
      async ask(_verb, ask) {
        present()
        return { is: 'answered', answer: { index: indexOf(ask.address) } }
      },
    },
    add: (address, resolved) => void rows.set(indexOf(address), resolved),
    change(address, changed) {
      const row = rows.get(indexOf(address))
      if (row !== undefined) rows.set(indexOf(address), { ...row, ...changed })
    },
    setBook: (changed) => void (book = { ...book, ...changed }),
    setAway(now) {
      away = now
    },
    asked: () => asked,
  }
}
