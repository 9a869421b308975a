/** One message being written: its state, and what can be done to it. Views draw it; the keeper saves it. */
import { batch, signal, type Signal } from '@preact/signals'
import { toast } from '../../kit/toast.tsx'
import { accountId } from '../jmap/account.ts'
import { downloadUrl } from '../jmap/account.ts'
import { signedFetch } from '../../session/session.ts'
import { saveDraft } from './compose-server.ts'
import { forgetHere, keepHere } from './device-store.ts'
import type { Draft, DraftPart } from './draft.ts'
import { isBlank } from './draft.ts'
import { DraftKeeper } from './draft-keeper.ts'
import type { RichEditor } from './editor/rich-editor.ts'
import type { Opened } from './opening.ts'
import type { Upload } from './upload.ts'
import { words } from './words.ts'

/** `full`: as large as the page, always so on phones. `small`: only its title is seen. */
export type ComposerView = 'docked' | 'full' | 'small'

export type Sheet = 'none' | 'discard' | 'noSubject' | 'forgotten' | 'confirm' | 'schedule' | 'toPlain' | 'link'

export interface Composer {
  readonly key: number
  readonly draft: Signal<Draft>
  /** As it was opened: what was not touched is not saved. */
  readonly untouched: Draft
  readonly keeper: DraftKeeper
  readonly view: Signal<ComposerView>
  readonly sheet: Signal<Sheet>
  readonly uploads: Signal<readonly Upload[]>
  readonly showCopies: Signal<boolean>
  /** Typed into the lines of recipients and not yet addresses. */
  readonly typed: Signal<Readonly<Record<'to' | 'cc' | 'bcc', string>>>
  /** Why it cannot be sent, next to the button. */
  readonly problem: Signal<string | undefined>
  /** Sent as soon as the files on their way have arrived. */
  readonly waits: Signal<boolean>
  /** `elsewhere`: another tab edits this draft. */
  readonly stage: Signal<'writing' | 'sending' | 'checking' | 'elsewhere'>
  readonly editor: Signal<RichEditor | undefined>
  /** Where the focus goes when it opens. */
  readonly focusFirst: 'to' | 'text'
  /** `blob:` URLs of pictures in the text, by content id. */
  readonly pictures: Map<string, Promise<string>>
}

export const composers = signal<readonly Composer[]>([])

let lastKey = 0

export const createComposer = ({ draft, emailId }: Opened, view: ComposerView): Composer => {
  lastKey += 1
  const keeper = new DraftKeeper(
    {
      save: saveDraft,
      keepHere: (latest, id) => keepHere(accountId(), latest, id),
      forgetHere,
      after: (ms, run) => {
        const timer = window.setTimeout(run, ms)
        return () => window.clearTimeout(timer)
      },
    },
    emailId,
  )
  const composer: Composer = {
    key: lastKey,
    draft: signal(draft),
    untouched: draft,
    keeper,
    view: signal(view),
    sheet: signal<Sheet>('none'),
    uploads: signal<readonly Upload[]>([]),
    showCopies: signal(draft.cc.length > 0 || draft.bcc.length > 0),
    typed: signal({ to: draft.unfinished, cc: '', bcc: '' }),
    problem: signal(undefined),
    waits: signal(false),
    stage: signal<'writing' | 'sending' | 'checking' | 'elsewhere'>('writing'),
    editor: signal<RichEditor | undefined>(undefined),
    focusFirst: draft.to.length > 0 ? 'text' : 'to',
    pictures: new Map(),
  }
  composers.value = [...composers.value, composer]
  return composer
}

/** What waited for its files does not go by itself any more, and that is said. */
export const waitNoMore = (composer: Composer): void => {
  if (!composer.waits.value) return
  composer.waits.value = false
  toast({ text: words().waitsNoMore, kind: 'error' })
}

/** Every change of a draft goes through here. */
export const edit = (composer: Composer, change: Partial<Draft>): void => {
  batch(() => {
    composer.draft.value = { ...composer.draft.value, ...change }
    composer.problem.value = undefined
    // What somebody writes on is not sent in the middle of a sentence.
    if (change.parts === undefined) waitNoMore(composer)
  })
  if (composer.keeper.emailId !== null || !isBlank(composer.draft.value, composer.untouched)) composer.keeper.edited(composer.draft.value)
}

/** Reads the editor, which tells only that something changed. A message that has become plain text is not made rich again by an editor that goes. */
export const takeText = (composer: Composer): void => {
  const editor = composer.editor.value
  if (editor === undefined || composer.draft.value.html === null) return
  const html = editor.html()
  if (html !== composer.draft.value.html) edit(composer, { html, text: editor.text() })
}

/** A picture comes into the text where it was pasted: sending was asked for with it, so only what else was written since holds that up. */
export const placePicture = (composer: Composer, insert: () => void): void => {
  takeText(composer)
  const wasWaiting = composer.waits.value
  composer.waits.value = false
  insert()
  takeText(composer)
  composer.waits.value = wasWaiting
}

export const removeComposer = (composer: Composer): void => {
  composers.value = composers.value.filter((other) => other !== composer)
  for (const { stop } of composer.uploads.value) stop.abort()
  for (const url of composer.pictures.values()) void url.then((found) => URL.revokeObjectURL(found)).catch(() => undefined)
}

export const partOfCid = (composer: Composer, cid: string): DraftPart | undefined => composer.draft.value.parts.find((part) => part.cid === cid)

/** Pictures just pasted are known; those of an answered message or an older draft are fetched from the server. */
export const pictureUrl = (composer: Composer, cid: string): Promise<string> => {
  const known = composer.pictures.get(cid)
  if (known !== undefined) return known
  const part = partOfCid(composer, cid)
  if (part === undefined) return Promise.reject(new Error('no such picture'))
  const made = signedFetch(downloadUrl(part.blobId, part.name === '' ? 'picture' : part.name, part.type))
    .then((response) => (response.ok ? response.blob() : Promise.reject(new Error(String(response.status)))))
    .then((blob) => URL.createObjectURL(new Blob([blob], { type: /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(part.type) ? part.type : 'image/png' })))
  composer.pictures.set(cid, made)
  return made
}
