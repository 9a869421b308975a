/** What a recipient's brand and the recipient decided, ready to be asked of many messages. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { entryOf, holds, namesOf, type FilterList } from '@bulkhead/mail/filtering/entries.ts'
import { modesOf, policyOf, type FilterPolicy } from '@bulkhead/mail/filtering/settings.ts'
import type { FilterBook, Resolved } from '@bulkhead/mail/ports/directory.ts'
import type { RecipientFilter } from './judging/evidence.ts'

/** A book as it is used: each brand's policy is one value, the ISP's lists are asked once for a message. */
class OpenBook {
  readonly #book: FilterBook
  readonly #key: Secret<Uint8Array>
  readonly #policies = new Map<string, FilterPolicy>()
  readonly #ispAnswers = new WeakMap<readonly string[], Map<FilterList, boolean>>()

  constructor(book: FilterBook, key: Secret<Uint8Array>) {
    this.#book = book
    this.#key = key
  }

  policyOf(brand: string): FilterPolicy {
    const known = this.#policies.get(brand)
    if (known !== undefined) return known
    const policy = policyOf(this.#book.isp, this.#book.brands.get(brand) ?? {})
    this.#policies.set(brand, policy)
    return policy
  }

  ispLists(list: FilterList, named: () => readonly string[]): boolean {
    if (this.#book[list].length === 0) return false
    const senders = named()
    const answers = this.#ispAnswers.get(senders) ?? new Map<FilterList, boolean>()
    this.#ispAnswers.set(senders, answers)
    const known = answers.get(list)
    if (known !== undefined) return known
    const answer = senders.flatMap(namesOf).some((name) => holds(this.#book[list], entryOf(this.#key, 'isp', list, name)))
    answers.set(list, answer)
    return answer
  }
}

export const recipientFilters = (key: Secret<Uint8Array>) => {
  const books = new WeakMap<FilterBook, OpenBook>()
  const filters = new WeakMap<Resolved, { readonly book: FilterBook; readonly filter: RecipientFilter }>()
  const open = (book: FilterBook): OpenBook => {
    const known = books.get(book) ?? new OpenBook(book, key)
    books.set(book, known)
    return known
  }
  return (resolved: Resolved, book: FilterBook): RecipientFilter => {
    const known = filters.get(resolved)
    if (known?.book === book) return known.filter
    const opened = open(book)
    const policy = opened.policyOf(resolved.brand)
    const own = resolved.filter
    const filter: RecipientFilter = {
      policy,
      modes: modesOf(policy, own.choices),
      lists: (account: AccountHandle, list, senders) =>
        opened.ispLists(list, senders) ||
        (own[list].length > 0 && senders().flatMap(namesOf).some((name) => holds(own[list], entryOf(key, account, list, name)))),
    }
    filters.set(resolved, { book, filter })
    return filter
  }
}
