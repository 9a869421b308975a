/** Where in the mail the page is, read from its address: `/mail/MAILBOX[/EMAIL]`, `/search[/EMAIL]?q=…`, or a page of its own. */
import { computed } from '@preact/signals'
import { address } from '../kit/router.ts'
import type { Id, Mailbox } from './jmap/types.ts'
import { pageAt, type Page } from './pages.ts'
import { mailboxes, mailboxOfRole } from './store/mailboxes.ts'

export type Place =
  | { readonly is: 'mailbox'; readonly mailbox: Mailbox | undefined; readonly emailId: Id | undefined }
  | { readonly is: 'search'; readonly search: string; readonly emailId: Id | undefined }
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
  name === undefined ? mailboxOfRole('inbox') : (mailboxOfRole(name) ?? mailboxes.value.get(name) ?? mailboxOfRole('inbox'))

export const place = computed<Place>(() => {
  const { path, search } = address.value
  const page = pageAt(path)
  if (page !== undefined) return { is: 'page', page }
  const [, root, first, second] = path.split('/')
  if (root === 'search') return { is: 'search', search: search.get('q') ?? '', emailId: decoded(first) }
  return { is: 'mailbox', mailbox: mailboxNamed(root === 'mail' ? decoded(first) : undefined), emailId: root === 'mail' ? decoded(second) : undefined }
})

export const pathOfMailbox = ({ id, role }: Pick<Mailbox, 'id' | 'role'>): string => `/mail/${encodeURIComponent(role ?? id)}`

export const pathOfSearch = (search: string): string => `/search?q=${encodeURIComponent(search)}`

/** The same place without, or with another, message. */
export const pathHere = (emailId?: Id): string => {
  const here = place.value
  const message = emailId === undefined ? '' : `/${encodeURIComponent(emailId)}`
  if (here.is === 'search') return `/search${message}?q=${encodeURIComponent(here.search)}`
  if (here.is === 'mailbox' && here.mailbox !== undefined) return `${pathOfMailbox(here.mailbox)}${message}`
  return '/'
}

export const openEmailId = computed(() => (place.value.is === 'page' ? undefined : place.value.emailId))

export const ownsPath = (path: string): boolean => path === '/' || path.startsWith('/mail') || path.startsWith('/search') || pageAt(path) !== undefined
