/** How the brand whose page this is looks and is called (`GET /api/brand`). The page works, in the platform's own look, where that fails. */
import { computed, effect, signal } from '@preact/signals'
import { language } from '../kit/language.ts'

interface InBoth {
  readonly ja: string
  readonly en: string
}

export interface BrandLink {
  readonly title: InBoth
  readonly url: string
}

export interface Brand {
  readonly name: InBoth
  /** `#rrggbb`, contrast checked where it was set: with white on it; on the dark ground. */
  readonly accent: string
  readonly accentDark: string
  readonly logo: string | null
  readonly help: BrandLink | null
  readonly legal: readonly BrandLink[]
  readonly notice: InBoth | null
  /** Addresses and domains the provider writes to its people from. */
  readonly official?: readonly string[]
  /** Who gets messages that are reported as phishing. */
  readonly abuse?: string | null
  /** When recipients are checked before sending, at the least. */
  readonly confirmRecipients?: 'off' | 'outside' | 'always'
}

export const brand = signal<Brand | undefined>(undefined)

export const brandName = computed(() => brand.value?.name[language.value] ?? (language.value === 'ja' ? 'メール' : 'Mail'))

const colour = /^#[0-9a-f]{6}$/i

const applyColours = ({ accent, accentDark }: Brand): void => {
  const { style } = document.documentElement
  if (colour.test(accent)) style.setProperty('--brand', accent)
  if (colour.test(accentDark)) style.setProperty('--brand-dark', accentDark)
}

export const loadBrand = async (): Promise<void> => {
  try {
    const response = await fetch('/api/brand', { credentials: 'omit' })
    if (response.ok) brand.value = (await response.json()) as Brand
  } catch {
    // The platform's own look stays.
  }
}

/** The sign of the tab: the brand's logo, else an envelope of its colour. */
const applyIcon = ({ accent, logo }: Brand): void => {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (link === null || (logo === null && !colour.test(accent))) return
  const letter = '<path d="M7 10.5h18v12H7zM7.5 11l8.5 7 8.5-7" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>'
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${accent}"/>${letter}</svg>`
  link.removeAttribute('type')
  link.href = logo ?? `data:image/svg+xml,${encodeURIComponent(drawn)}`
}

effect(() => {
  if (brand.value === undefined) return
  applyColours(brand.value)
  applyIcon(brand.value)
})
