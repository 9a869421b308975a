/**
 * Where in a found message the words stand. Asked for when the rows of a window are here, which show themselves first: the server reads
 * each message for it. Of one search at a time, as many as lists hold windows of.
 */
import { signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import type { EmailRow, Id } from '../jmap/types.ts'
import { looksForText } from '../search/marked.ts'
import type { ListQuery } from './email-list.ts'

export interface Snippet {
  readonly emailId: Id
  readonly subject: string | null
  readonly preview: string | null
}

const snippetsMax = 2_000
/** The server takes 256 of a call; with the longest previews these are 15 KB. */
const atOnce = 50

export const snippets = signal<ReadonlyMap<Id, Snippet>>(new Map())

let key = ''

/** A filter given again begins anew: what was found may have changed. */
export const noteFound = ({ accountId, filter }: Pick<ListQuery, 'accountId' | 'filter'>, rows: readonly EmailRow[]): void => {
  if (!looksForText(filter)) return
  const own = JSON.stringify([accountId, filter])
  if (own !== key) snippets.value = new Map()
  key = own
  const wanted = rows.map(({ id }) => id).filter((id) => !snippets.peek().has(id))
  for (let at = 0; at < wanted.length; at += atOnce) {
    const emailIds = wanted.slice(at, at + atOnce)
    call<{ readonly list: readonly Snippet[] }>('SearchSnippet/get', { accountId, filter, emailIds }).then(({ list }) => {
      if (own !== key) return
      const all = [...snippets.peek(), ...list.map((one) => [one.emailId, one] as const)]
      snippets.value = new Map(all.slice(-snippetsMax))
    }, () => undefined)
  }
}
