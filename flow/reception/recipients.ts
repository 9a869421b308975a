/**
 * Who gets what is sent to an address: our domain, the vault's blind index, the directory, the quota. A sick vault or
 * database is a fault for the caller to answer as temporary; "no such recipient" is said only when it is known.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { canonicalOf, parseAddress } from '@bulkhead/mail/address/address.ts'
import { noFilter, type FilterBook, type RecipientDirectory, type Resolved } from '@bulkhead/mail/ports/directory.ts'
import type { JournalReader } from '@bulkhead/mail/ports/journal-store.ts'
import { encodeAddress, type Address } from '@bulkhead/wire/smtp/path.ts'
import { expiring } from './expiring.ts'
import { recipientFilters } from './filters.ts'
import { reportAccount } from './hearing.ts'
import type { Found } from './session.ts'

export interface RecipientPorts {
  readonly vault: Pick<Door<Pick<VaultVerbs, 'index'>>, 'ask'>
  readonly directory: RecipientDirectory
  readonly journal: Pick<JournalReader, 'usage'>
  readonly clock: Clock
  readonly hostName: string
  /** Of the digests in allow and deny lists. */
  readonly listKey: Secret<Uint8Array>
  /** Local parts that take reports where no account has the address. */
  readonly reportNames: ReadonlySet<string>
}

export interface Recipients {
  /** Throws a `Fault` where it can't be known now. */
  find(forwardPath: Address, sizeBytes: number | undefined): Promise<Found>
}

/** Answers are remembered this long: a cancelled account is refused at the append all the same. */
export const rememberedMs = 10_000
export const rememberedMax = 10_000
const indexBytes = 32

/** What is sealed to nobody. */
const noKey = new Uint8Array(0)

const noSuchRecipient = { is: 'refused', why: 'noSuchRecipient' } as const

/** `<Postmaster>` without a domain (RFC 5321 section 4.5.1) is of the domain this host is in. */
const ownDomain = (hostName: string): string => hostName.slice(hostName.indexOf('.') + 1)

/** What an account may still take. */
interface Room {
  readonly bytes: number
  readonly messages: number
}

export const recipients = ({ vault, directory, journal, clock, hostName, listKey, reportNames }: RecipientPorts): Recipients => {
  const books = expiring<FilterBook>(clock, rememberedMs, 1)
  const filterFor = recipientFilters(listKey)
  const domains = expiring<boolean>(clock, rememberedMs, rememberedMax)
  const resolved = expiring<Resolved | undefined>(clock, rememberedMs, rememberedMax)
  const usages = expiring<Room>(clock, rememberedMs, rememberedMax)

  const resolve = async (address: string): Promise<Resolved | undefined> => {
    const reply = await vault.ask('index', { address })
    if (reply.is === 'refused') throw new Fault('vaultAway', `vault refused an index: ${reply.refusal}`)
    const index = fromBase64(reply.answer.index, indexBytes)
    if (index === undefined) throw new Fault('vaultAway', 'vault gave no index')
    return directory.resolve(index)
  }

  const roomOf = async (account: Resolved['account']): Promise<Room> => {
    const usage = await journal.usage(account)
    const left = (quota: number | null | undefined, used: number): number => (quota == null ? Number.POSITIVE_INFINITY : quota - used)
    return { bytes: left(usage?.quotaBytes, usage?.usedBytes ?? 0), messages: left(usage?.quotaMessages, usage?.messages ?? 0) }
  }

  const book = () => books.get('', () => directory.filterBook(), () => true)

  const reportAddress = async (forwardPath: Address, local: string, domain: string): Promise<Found> => {
    const resolution: Resolved = { account: reportAccount(`${local}@${domain}`), state: 'active', publicKey: noKey, brand: '', filter: noFilter }
    const filter = filterFor(resolution, await book())
    return { is: 'found', recipient: { account: resolution.account, publicKey: noKey, forwardPath, filter, brand: '', reportsOf: domain } }
  }

  return {
    async find(forwardPath, sizeBytes) {
      const whole = forwardPath.domain === '' ? { ...forwardPath, domain: ownDomain(hostName) } : forwardPath
      const address = parseAddress(encodeAddress(whole))
      if (address === undefined) return { is: 'refused', why: 'badAddress' }
      const isLocal = await domains.get(address.domain, () => directory.isLocalDomain(address.domain), () => true)
      if (!isLocal) return { is: 'refused', why: 'relayDenied' }
      const canonical = canonicalOf(address)
      const found = await resolved.get(canonical, () => resolve(canonical), (answer) => answer !== undefined)
      const local = canonical.slice(0, canonical.lastIndexOf('@'))
      if (found === undefined && reportNames.has(local)) return reportAddress(forwardPath, local, address.domain)
      if (found === undefined || found.state === 'cancelled') return noSuchRecipient
      const { account, publicKey, brand } = found
      const free = await usages.get(account, () => roomOf(account), () => true)
      if (free.messages <= 0 || free.bytes <= 0 || free.bytes < (sizeBytes ?? 0)) return { is: 'refused', why: 'overQuota' }
      const filter = filterFor(found, await book())
      return { is: 'found', recipient: { account, publicKey, forwardPath, filter, brand } }
    },
  }
}
