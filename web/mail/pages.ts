/** Pages of the mail beside its list: a path, a name in the navigation, and a module that is loaded when it is first opened. */
import type { JSX } from 'preact'
import type { Icon } from '../kit/icon.tsx'
import { IconContacts, IconSettings } from '../kit/icons.ts'
import { IconClock } from './compose/icons.ts'
import { scheduledWords } from './compose/scheduled-words.ts'
import { contactWords } from './contacts/contact-words.ts'
import { words } from './words.ts'

export interface Page {
  /** `/NAME`, and everything below it. */
  readonly path: `/${string}`
  readonly name: () => string
  readonly icon: Icon
  readonly load: () => Promise<{ readonly default: () => JSX.Element }>
}

export const pages: readonly Page[] = [
  { path: '/contacts', name: () => contactWords().contacts, icon: IconContacts, load: () => import('./contacts/contacts-page.tsx') },
  { path: '/scheduled', name: () => scheduledWords().title, icon: IconClock, load: () => import('./compose/scheduled-page.tsx') },
  { path: '/settings', name: () => words().settings, icon: IconSettings, load: () => import('./settings/settings-page.tsx') },
]

export const pageAt = (path: string): Page | undefined => pages.find((page) => path === page.path || path.startsWith(`${page.path}/`))
