/** What is gathered on the way through one message: links, images, sheets, how long it is. */
import type { CssContext } from './css-values.ts'
import { inlineImageCharsMax, linksNotedMax, remoteImagesMax, sheetCharsMax } from './limits.ts'
import { contentIdOf, imageAddress, isInlineImage } from './link-address.ts'
import type { HtmlPolicy, NotedLink } from './policy.ts'

const lineColumns = 80
const linkTextMax = 300

const columnsOf = (text: string): number => {
  let columns = 0
  for (let at = 0; at < text.length; at += 1) columns += text.charCodeAt(at) >= 0x1100 ? 2 : 1
  return columns
}

const blank = /^[\s\u00a0\u200b\u200c\ufeff]*$/
export const isBlank = (text: string): boolean => blank.test(text)

export class Walk {
  readonly policy: HtmlPolicy
  readonly links: NotedLink[] = []
  readonly sheets: string[] = []
  readonly context: CssContext
  remoteImages = 0
  hasQuote = false
  seenText = false
  truncated = false
  lines = 0
  #columns = 0
  #sheetChars = 0
  #inlineChars = 0
  /** Texts of the links that are open. */
  readonly #linkTexts: string[] = []

  constructor(policy: HtmlPolicy) {
    this.policy = policy
    this.context = { dark: policy.dark, image: (address) => this.image(address.trim()) }
  }

  lineBreak(): void {
    this.lines += Math.ceil(this.#columns / lineColumns)
    this.#columns = 0
  }

  text(text: string): void {
    if (!isBlank(text)) this.seenText = true
    this.#columns += columnsOf(text.replaceAll(/\s+/g, ' '))
    this.#linkTexts.forEach((known, at) => {
      if (known.length < linkTextMax) this.#linkTexts[at] = known + text.slice(0, linkTextMax)
    })
  }

  openLink(): void {
    this.#linkTexts.push('')
  }

  closeLink(address: string | undefined): void {
    const text = this.#linkTexts.pop() ?? ''
    if (address !== undefined && this.links.length < linksNotedMax) this.links.push({ text: text.replaceAll(/\s+/g, ' ').trim(), address })
  }

  sheet(css: string, media: string): void {
    this.#sheetChars += css.length
    if (this.#sheetChars > sheetCharsMax) this.truncated = true
    else this.sheets.push(media.trim() === '' ? css : `@media ${media.replaceAll(/[{}]/g, '')}{${css}}`)
  }

  /** Where an image is to be had; null: nowhere. */
  image(written: string): string | null {
    const contentId = contentIdOf(written)
    if (contentId !== undefined) return this.policy.image({ is: 'part', contentId })
    if (isInlineImage(written)) {
      this.#inlineChars += written.length
      return this.#inlineChars <= inlineImageCharsMax ? written.replaceAll(/\s/g, '') : null
    }
    const address = imageAddress(written)
    if (address === undefined) return null
    this.remoteImages += 1
    if (this.remoteImages <= remoteImagesMax) return this.policy.image({ is: 'remote', address })
    this.truncated = true
    return null
  }
}
