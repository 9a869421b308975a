/**
 * Entries of allow and deny lists: addresses and domains, kept as keyed digests alone, so that the database does not tell
 * who writes to whom. The owner of a list is part of the digest: the same sender looks different in every list.
 */
import { createHmac } from 'node:crypto'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { canonicalAddress } from '../address/address.ts'
import { domainName } from '../address/domain.ts'

export const filterLists = ['allow', 'deny'] as const
export type FilterList = (typeof filterLists)[number]

export const entryBytes = 16
/** Entries of one list of a person, and of an ISP. */
export const accountEntriesMax = 500
export const ispEntriesMax = 10_000
/** A domain also stands for those below it, so many levels deep. */
const levelsMax = 6

/** The same in every process of a cell, or an entry made by one is not found by another. */
export const filterListKey = (pseudonymKey: Uint8Array): Secret<Uint8Array> =>
  secret(createHmac('sha256', pseudonymKey).update('bulkhead filter lists').digest())

/** Whose list: a person's, or that of the whole ISP. */
export type ListOwner = AccountHandle | 'isp'

/** The one spelling of an address or a domain, or undefined where it is neither. */
export const entryText = (text: string): string | undefined =>
  text.includes('@') && !text.startsWith('@') ? canonicalAddress(text) : domainName(text.replace(/^@/, ''))

export const entryOf = (key: Secret<Uint8Array>, owner: ListOwner, list: FilterList, text: string): Buffer =>
  createHmac('sha256', key.declassify()).update(`${owner}\0${list}\0${text}`).digest().subarray(0, entryBytes)

/** What in a list may name this sender: the address, its domain, the domains above. */
export const namesOf = (address: string): readonly string[] => {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const labels = domain.split('.')
  const above = labels.map((_, at) => labels.slice(at).join('.')).slice(0, -1).slice(-levelsMax)
  return [address, ...new Set([domain, ...above])]
}

/** A list as it is stored: its entries one after the other. */
export const holds = (list: Uint8Array, entry: Buffer): boolean => {
  for (let at = 0; at + entryBytes <= list.length; at += entryBytes) {
    if (entry.compare(list, at, at + entryBytes) === 0) return true
  }
  return false
}
