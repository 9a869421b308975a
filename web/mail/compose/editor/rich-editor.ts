/** The rich text editor: ProseMirror over our schema. A chunk of its own; nothing of it is loaded for plain messages. */
import { signal, type ReadonlySignal } from '@preact/signals'
import {
  baseKeymap, chainCommands, createParagraphNear, exitCode, lift, liftEmptyBlock, newlineInCode, setBlockType, splitBlock, toggleMark, wrapIn,
} from 'prosemirror-commands'
import { history, redo, undo } from 'prosemirror-history'
import { InputRule, inputRules, wrappingInputRule } from 'prosemirror-inputrules'
import { keymap } from 'prosemirror-keymap'
import { Slice, type Node } from 'prosemirror-model'
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list'
import { EditorState, Plugin, Selection, type Command } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { documentOfHtml, paragraphsOfText } from './from-html.ts'
import './editor.css'
import { safeTarget } from './safe-target.ts'
import { inks, schema, type Ink, type TextSize } from './schema.ts'
import { htmlOfDocument, textOfDocument } from './to-html.ts'
import { pictureView } from './picture-view.ts'

const { nodes, marks } = schema

export interface RichEditorOptions {
  readonly html: string
  readonly label: string
  readonly cids: () => ReadonlySet<string>
  /** A `blob:` URL of a picture that travels with the message. */
  readonly pictureUrl: (cid: string) => Promise<string>
  readonly onChange: () => void
  /** Files pasted or dropped into the text. */
  readonly onFiles: (files: readonly File[]) => void
}

export type EditorAction =
  | { readonly is: 'strong' | 'em' | 'underline' | 'strike' | 'bullets' | 'numbers' | 'quote' | 'heading' }
  | { readonly is: 'plain' | 'undo' | 'redo' | 'left' | 'center' | 'right' | 'unlink' }
  | { readonly is: 'ink'; readonly name: Ink | null }
  | { readonly is: 'size'; readonly name: TextSize | null }
  | { readonly is: 'link'; readonly href: string }

export interface ActiveFormat {
  readonly strong: boolean
  readonly em: boolean
  readonly underline: boolean
  readonly strike: boolean
  readonly bullets: boolean
  readonly numbers: boolean
  readonly quote: boolean
  readonly heading: boolean
  readonly link: string | null
}

export interface RichEditor {
  readonly active: ReadonlySignal<ActiveFormat>
  html(): string
  text(): string
  /** Marks, lists, pictures: what plain text would lose. */
  hasFormat(): boolean
  focus(where?: 'start' | 'end'): void
  run(action: EditorAction): void
  insertPicture(cid: string, alt: string, width: number | null): void
  removePicture(cid: string): void
  /** Exchanges a run of whole blocks, where it still stands as it was put in. */
  exchange(beforeHtml: string, afterHtml: string): void
  setEditable(editable: boolean): void
  destroy(): void
}

const hasMark = (state: EditorState, name: 'strong' | 'em' | 'underline' | 'strike'): boolean => {
  const { from, to, empty, $from } = state.selection
  return empty ? (state.storedMarks ?? $from.marks()).some(({ type }) => type === marks[name]) : state.doc.rangeHasMark(from, to, marks[name])
}

const isInside = (state: EditorState, name: keyof typeof nodes): boolean => {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === nodes[name]) return true
  return false
}

const linkAt = (state: EditorState): string | null => {
  const { $from, empty } = state.selection
  const around = empty ? [...$from.marks(), ...($from.nodeAfter?.marks ?? [])] : ($from.nodeAfter?.marks ?? [])
  const found = around.find(({ type }) => type === marks.link)
  return found === undefined ? null : String(found.attrs['href'])
}

const activeIn = (state: EditorState): ActiveFormat => ({
  strong: hasMark(state, 'strong'), em: hasMark(state, 'em'), underline: hasMark(state, 'underline'), strike: hasMark(state, 'strike'),
  bullets: isInside(state, 'bullet_list'), numbers: isInside(state, 'ordered_list'), quote: isInside(state, 'blockquote'), heading: isInside(state, 'heading'),
  link: linkAt(state),
})

const aligned = (align: string | null): Command => (state, dispatch) => {
  const { from, to } = state.selection
  const change = state.tr
  state.doc.nodesBetween(from, to, (node, at) => {
    if (node.type === nodes.paragraph || node.type === nodes.heading) change.setNodeMarkup(at, null, { ...node.attrs, align })
  })
  dispatch?.(change.scrollIntoView())
  return true
}

const exchangedMark = (name: 'ink' | 'size' | 'link', attrs: Record<string, unknown> | null): Command => (state, dispatch) => {
  const { from, to, empty } = state.selection
  const type = marks[name]
  const change = state.tr
  if (empty) {
    if (attrs === null) change.removeStoredMark(type)
    else change.addStoredMark(type.create(attrs))
  } else {
    change.removeMark(from, to, type)
    if (attrs !== null) change.addMark(from, to, type.create(attrs))
  }
  dispatch?.(change)
  return true
}

const linked = (href: string): Command => (state, dispatch) => {
  const schemed = /^[\w.+-]+@[\w.-]+$/u.test(href) ? `mailto:${href}` : `https://${href}`
  const target = safeTarget(/^[a-z][a-z0-9+.-]*:/iu.test(href) ? href : schemed)
  if (target === undefined) return false
  if (!state.selection.empty) return exchangedMark('link', { href: target })(state, dispatch)
  dispatch?.(state.tr.replaceSelectionWith(schema.text(href, [marks.link.create({ href: target })]), false))
  return true
}

const withoutFormat: Command = (state, dispatch) => {
  const { from, to } = state.selection
  dispatch?.(state.tr.removeMark(from, to).setBlockType(from, to, nodes.paragraph, { align: null }))
  return true
}

const list = (name: 'bullet_list' | 'ordered_list'): Command => (state, dispatch) =>
  isInside(state, name) ? liftListItem(nodes.list_item)(state, dispatch) : wrapInList(nodes[name])(state, dispatch)

const commandOf = (action: EditorAction, state: EditorState): Command => {
  switch (action.is) {
    case 'strong': case 'em': case 'underline': case 'strike': return toggleMark(marks[action.is])
    case 'bullets': return list('bullet_list')
    case 'numbers': return list('ordered_list')
    case 'quote': return isInside(state, 'blockquote') ? lift : wrapIn(nodes.blockquote)
    case 'heading': return isInside(state, 'heading') ? setBlockType(nodes.paragraph) : setBlockType(nodes.heading, { level: 2 })
    case 'left': return aligned(null)
    case 'center': case 'right': return aligned(action.is)
    case 'ink': case 'size': return exchangedMark(action.is, action.name === null ? null : { name: action.name })
    case 'link': return linked(action.href)
    case 'unlink': return exchangedMark('link', null)
    case 'plain': return withoutFormat
    case 'undo': return undo
    case 'redo': return redo
  }
}

/** An address of the web becomes a link when a space or Enter follows it. */
const linkRule = new InputRule(/(?:^|\s)(https?:\/\/[^\s<>"'、。）」]{3,2000})\s$/u, (state, match, start, end) => {
  const href = safeTarget(match[1] ?? '')
  if (href === undefined) return null
  const from = start + match[0].indexOf(match[1] ?? '')
  return state.tr.insertText(' ', end).addMark(from, from + href.length, marks.link.create({ href })).removeStoredMark(marks.link)
})

const rules = inputRules({
  rules: [
    wrappingInputRule(/^[-*・]\s$/u, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,3})[.．]\s$/u, nodes.ordered_list, (match) => ({ order: Number((match[1] ?? '1').normalize('NFKC')) })),
    wrappingInputRule(/^>\s$/u, nodes.blockquote),
    linkRule,
  ],
})

const breakLine: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView())
  return true
})

/** `Mod-Enter` is the composer's: it sends. Tab stays with the page (WCAG 2.1.2); lists are indented by Mod-] and Mod-[. */
const keys = keymap({
  'Mod-z': undo, 'Shift-Mod-z': redo, 'Mod-y': redo,
  'Mod-b': toggleMark(marks.strong), 'Mod-i': toggleMark(marks.em), 'Mod-u': toggleMark(marks.underline), 'Shift-Mod-x': toggleMark(marks.strike),
  'Shift-Mod-7': list('ordered_list'), 'Shift-Mod-8': list('bullet_list'), 'Shift-Mod-9': wrapIn(nodes.blockquote), 'Mod-\\': withoutFormat,
  'Mod-]': sinkListItem(nodes.list_item), 'Mod-[': liftListItem(nodes.list_item),
  'Shift-Enter': breakLine,
  Enter: chainCommands(splitListItem(nodes.list_item), newlineInCode, createParagraphNear, liftEmptyBlock, splitBlock),
})

const { 'Mod-Enter': _send, ...plainKeys } = baseKeymap

const imagesIn = (transfer: DataTransfer): File[] => [...transfer.files]

const sliceOf = (document: Node): Slice => Slice.maxOpen(document.content)

/** What was pasted or dropped, read by our own reader: the browser's never sees it. */
const contentOf = (transfer: DataTransfer, cids: ReadonlySet<string>, asText: boolean): Slice | undefined => {
  const html = asText ? '' : transfer.getData('text/html')
  if (html !== '') return sliceOf(documentOfHtml(html, { knownCids: cids }))
  const text = transfer.getData('text/plain')
  return text === '' ? undefined : sliceOf(nodes.doc.create(null, paragraphsOfText(text)))
}

/** Office programs put a picture of the text beside the text: the text is meant. */
const meansFiles = (transfer: DataTransfer): boolean => transfer.files.length > 0 && !/<(?:p|table|span|div)\b/iu.test(transfer.getData('text/html'))

const transfers = (options: RichEditorOptions): Plugin => {
  let shift = false
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown: (_, event) => {
          shift = event.shiftKey
          // The composer's own: it closes. The editor would only swallow it.
          return event.key === 'Escape'
        },
        paste: (view, event) => {
          const transfer = event.clipboardData
          if (transfer === null) return false
          event.preventDefault()
          if (meansFiles(transfer)) options.onFiles(imagesIn(transfer))
          else {
            const inCode = view.state.selection.$from.parent.type === nodes.code_block
            const slice = contentOf(transfer, options.cids(), shift || inCode)
            if (inCode) view.dispatch(view.state.tr.insertText(transfer.getData('text/plain')))
            else if (slice !== undefined) view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView().setMeta('paste', true))
          }
          return true
        },
        drop: (view, event) => {
          const transfer = event.dataTransfer
          if (transfer === null || view.dragging !== null) return false
          event.preventDefault()
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
          if (at !== null) view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(at.pos))))
          if (transfer.files.length > 0) options.onFiles(imagesIn(transfer))
          else {
            const slice = contentOf(transfer, options.cids(), false)
            if (slice !== undefined) view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView())
          }
          event.stopPropagation()
          return true
        },
      },
    },
  })
}

const picturesIn = (document: Node, cid: string): number[] => {
  const found: number[] = []
  document.descendants((node, at) => {
    if (node.type === nodes.image && node.attrs['cid'] === cid) found.unshift(at)
  })
  return found
}

/** Puts `after` where `before` stands, at the end where there was none; what was changed by hand stays. */
const exchangeBlocks = (view: EditorView, before: Node | undefined, after: Node | undefined): void => {
  const { doc } = view.state
  if (before === undefined) {
    if (after !== undefined) view.dispatch(view.state.tr.insert(doc.content.size, [nodes.paragraph.create(), ...after.content.content]))
    return
  }
  let start = 0
  for (let at = 0; at + before.childCount <= doc.childCount; at++) {
    const same = before.content.content.every((block, offset) => doc.child(at + offset).eq(block))
    if (same) {
      view.dispatch(view.state.tr.replaceWith(start, start + before.content.size, after?.content ?? nodes.paragraph.create()))
      return
    }
    start += doc.child(at).nodeSize
  }
}

const formatted = (document: Node): boolean => {
  let found = false
  document.descendants((node) => {
    const isPlain = ['paragraph', 'text', 'hard_break', 'blockquote'].includes(node.type.name)
    if (node.marks.length > 0 || !isPlain || (node.attrs['align'] ?? null) !== null) found = true
    return !found
  })
  return found
}

export const mountRichEditor = (host: HTMLElement, options: RichEditorOptions): RichEditor => {
  const read = (html: string): Node => documentOfHtml(html, { knownCids: options.cids() })
  /** As it stands in the editor after having been written once: the space that ends a line is another then. */
  const kept = (html: string): Node | undefined => (html === '' ? undefined : read(htmlOfDocument(read(html))))
  let editable = true
  const view = new EditorView(host, {
    state: EditorState.create({ doc: read(options.html), plugins: [rules, keys, keymap(plainKeys), history(), transfers(options)] }),
    editable: () => editable,
    attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': options.label, class: 'rich-text', spellcheck: 'true' },
    nodeViews: { image: (node) => pictureView(node, options.pictureUrl) },
    dispatchTransaction(transaction) {
      view.updateState(view.state.apply(transaction))
      active.value = activeIn(view.state)
      if (transaction.docChanged) options.onChange()
    },
  })
  const active = signal(activeIn(view.state))
  return {
    active,
    html: () => htmlOfDocument(view.state.doc),
    text: () => textOfDocument(view.state.doc),
    hasFormat: () => formatted(view.state.doc),
    focus(where) {
      const { doc } = view.state
      if (where !== undefined) view.dispatch(view.state.tr.setSelection(where === 'start' ? Selection.atStart(doc) : Selection.atEnd(doc)))
      view.focus()
    },
    run(action) {
      commandOf(action, view.state)(view.state, view.dispatch, view)
      view.focus()
    },
    insertPicture(cid, alt, width) {
      view.dispatch(view.state.tr.replaceSelectionWith(nodes.image.create({ cid, alt, width })).scrollIntoView())
    },
    removePicture(cid) {
      const change = view.state.tr
      for (const at of picturesIn(view.state.doc, cid)) change.delete(at, at + 1)
      view.dispatch(change)
    },
    exchange(beforeHtml, afterHtml) {
      exchangeBlocks(view, kept(beforeHtml), kept(afterHtml))
    },
    setEditable(next) {
      editable = next
      view.setProps({})
    },
    destroy: () => view.destroy(),
  }
}

/** Names of the colours, for the menu that offers them. */
export const inkNames = Object.keys(inks) as readonly Ink[]

/** HTML as the editor would keep it, and its text. */
export const cleaned = (html: string, cids: ReadonlySet<string>): { html: string; text: string } => {
  const document = documentOfHtml(html, { knownCids: cids })
  return { html: htmlOfDocument(document), text: textOfDocument(document) }
}
