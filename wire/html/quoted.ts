/** Where the quoted part of a message begins, by the marks that mailers leave (Gmail, Thunderbird, Outlook, Yahoo!, Apple Mail). */
import { isElement, isText, type HtmlElement, type HtmlNode } from './bounded-tree.ts'

const attribute = (element: HtmlElement, name: string): string => element.attrs.find((one) => one.name === name)?.value ?? ''

const quoteClasses = /(?:^|\s)(?:gmail_quote|gmail_quote_container|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|bulkhead-quote)(?:\s|$)/
const quoteIds = new Set(['appendonsend', 'divRplyFwdMsg', 'OLK_SRC_BODY_SECTION', 'mail-editor-reference-message-container'])
const quoteLine = /^\s*-{2,}\s*(?:Original Message|Forwarded message|元のメッセージ|転送メッセージ|Original-Nachricht)\s*-{2,}/i

export const beginsQuote = (node: HtmlNode): boolean => {
  if (isText(node)) return quoteLine.test(node.value)
  if (!isElement(node)) return false
  if (node.tagName === 'blockquote' && attribute(node, 'type').toLowerCase() === 'cite') return true
  return quoteClasses.test(attribute(node, 'class')) || quoteIds.has(attribute(node, 'id'))
}

/** Outlook's header of what it answers: all that comes after belongs to it. */
export const beginsReply = (node: HtmlNode): boolean => isElement(node) && ['divRplyFwdMsg', 'appendonsend'].includes(attribute(node, 'id'))
