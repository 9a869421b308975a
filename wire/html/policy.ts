/** What a caller decides about a message's HTML. */
export type ImageSource =
  | { readonly is: 'part'; readonly contentId: string }
  | { readonly is: 'remote'; readonly address: string }

export interface HtmlPolicy {
  /** Colours are turned over for a dark page. */
  readonly dark: boolean
  /** Where a part of the message (`cid:`) or a remote image is to be had; null: it is not shown. Remote ones are counted either way. */
  image(source: ImageSource): string | null
  /** Where a link leads in the end: `mailto:` may open our own writer. */
  link(address: string): string
  /** Words on the fold of the quoted part; null: it stays open. */
  readonly foldLabel: string | null
}

export interface NotedLink {
  readonly text: string
  readonly address: string
}
