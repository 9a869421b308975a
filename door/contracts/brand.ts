/** How a brand's webmail looks and what it says of its operator: data that the ISP sets, served at `/api/brand` to whoever asks a name of it. */

/** A text in both languages. */
export interface InBoth {
  readonly ja: string
  readonly en: string
}

/** A page of the operator's: `https:` or `mailto:`. */
export interface BrandLink {
  readonly title: InBoth
  readonly url: string
}

export interface BrandLook {
  readonly brand: string
  readonly name: InBoth
  /** `#rrggbb`: of buttons and links on white, with white on it; of links on the dark ground. Contrast at least 4.5 each. */
  readonly accent: string
  readonly accentDark: string
  /** `data:` URL of an SVG without scripts, a PNG or a WebP; null: the name as text. */
  readonly logo: string | null
  readonly help: BrandLink | null
  readonly legal: readonly BrandLink[]
  /** Said on the sign-in page, as plain text; null: nothing. */
  readonly notice: InBoth | null
  /** Addresses and domains the ISP writes to its people from: what is proven to come from there may speak in the ISP's name. */
  readonly official: readonly string[]
  /** Who gets messages that people report as phishing, whole; null: nobody, they are counted alone. */
  readonly abuse: string | null
  /** 誤送信防止: when recipients are shown once more before a message goes. People may ask for more, not for less. */
  readonly confirmRecipients: ConfirmRecipients
  /** Names that its webmail is at. */
  readonly hosts: readonly string[]
}

export const confirmRecipientsChoices = ['off', 'outside', 'always'] as const
export type ConfirmRecipients = (typeof confirmRecipientsChoices)[number]

export const plainAccent = '#0b5cad'
export const plainAccentDark = '#7cb7f2'

/** Of a brand that decided nothing. */
export const plainLook = (name: string): BrandLook => ({
  brand: '', name: { ja: name, en: name }, accent: plainAccent, accentDark: plainAccentDark, logo: null, help: null, legal: [], notice: null, official: [],
  abuse: null, confirmRecipients: 'off', hosts: [],
})
