/** Where in the mail the page is, read from its address: `/mail/MAILBOX[/EMAIL]`, `/search[/EMAIL]?q=…[&in=SHARED MAILBOX]`, or a page of its own. */
import { computed } from '@preact/signals'
import { address } from '../kit/router.ts'
import { accountId } from './jmap/account.ts'
import type { Id, Mailbox } from './jmap/types.ts'
import { pageAt, type Page } from './pages.ts'
import { mailboxes, mailboxOfRole } from './store/mailboxes.ts'
import { sharedMailboxId, shareOfMailbox } from './store/shares.ts'

export type Place =
  | { readonly is: 'mailbox'; readonly mailbox: Mailbox | undefined; readonly emailId: Id | undefined }
  | { readonly is: 'search'; readonly search: string; readonly within: Id | undefined; readonly emailId: Id | undefined }
  | { readonly is: 'page'; readonly page: Page }

const decoded = (part: string | undefined): string | undefined => {
  if (part === undefined || part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

const mailboxNamed = (name: string | undefined): Mailbox | undefined =>
  name === undefined ? mailboxOfRole('inbox') : (mailboxOfRole(name) ?? mailboxes.value.get(name) ?? shareOfMailbox(name)?.mailbox ?? mailboxOfRole('inbox'))

export const place = computed<Place>(() => {
  const { path, search } = address.value
  const page = pageAt(path)
  if (page !== undefined) return { is: 'page', page }
  const [, root, first, second] = path.split('/')
  if (root === 'search') return { is: 'search', search: search.get('q') ?? '', within: sharedMailboxId(search.get('in')), emailId: decoded(first) }
  return { is: 'mailbox', mailbox: mailboxNamed(root === 'mail' ? decoded(first) : undefined), emailId: root === 'mail' ? decoded(second) : undefined }
})

export const pathOfMailbox = ({ id, role }: Pick<Mailbox, 'id' | 'role'>): string => `/mail/${encodeURIComponent(role ?? id)}`

/** `within`: a shared mailbox; own mail is searched together. */
export const pathOfSearch = (search: string, within?: Id): string =>
  `/search?q=${encodeURIComponent(search)}${within === undefined ? '' : `&in=${encodeURIComponent(within)}`}`

/*
 * Parts of the place. Opening another message, or a count of a mailbox, makes another place; who looks at the part that stays is not
 * drawn again.
 */
export const openEmailId = computed(() => (place.value.is === 'page' ? undefined : place.value.emailId))
export const pageHere = computed(() => (place.value.is === 'page' ? place.value.page : undefined))
export const mailboxIdHere = computed(() => (place.value.is === 'mailbox' ? place.value.mailbox?.id : undefined))
export const roleHere = computed(() => (place.value.is === 'mailbox' ? (place.value.mailbox?.role ?? null) : null))
export const shareHere = computed(() => {
  const here = place.value
  if (here.is === 'page') return undefined
  return shareOfMailbox(here.is === 'search' ? here.within : here.mailbox?.id)
})
export const accountHere = computed(() => shareHere.value?.accountId ?? accountId())
export const searchHere = computed(() => (place.value.is === 'search' ? place.value.search : undefined))

const listPath = computed(() => {
  const here = place.value
  if (here.is === 'search') return '/search'
  return here.is === 'mailbox' && here.mailbox !== undefined ? pathOfMailbox(here.mailbox) : undefined
})

/** The same place without, or with another, message. */
export const pathHere = (emailId?: Id): string => {
  if (listPath.value === undefined) return '/'
  const message = emailId === undefined ? '' : `/${encodeURIComponent(emailId)}`
  const search = searchHere.value === undefined ? '' : pathOfSearch(searchHere.value, shareHere.value?.mailbox.id).slice('/search'.length)
  return `${listPath.value}${message}${search}`
}

export const ownsPath = (path: string): boolean => path === '/' || path.startsWith('/mail') || path.startsWith('/search') || pageAt(path) !== undefined
