/** Files on their way into a message: attachments, and pictures of the text. */
import { announce } from '../../kit/live.tsx'
import { coreLimit } from '../jmap/account.ts'
import { errorType } from '../jmap/errors.ts'
import { upload } from '../jmap/upload.ts'
import { attachmentsBytesMax } from './compose-server.ts'
import { edit, placePicture, waitNoMore, type Composer } from './composer.ts'
import { attachedBytes } from './draft.ts'
import type { RichEditor } from './editor/rich-editor.ts'
import { sendWaiting } from './sending.ts'
import { writeSize } from './size.ts'
import { words } from './words.ts'
import type { Upload } from './upload.ts'

/** At once; others wait their turn, so that a slow line carries something whole. */
const runningMax = 2

const change = (composer: Composer, key: string, update: Partial<Upload>): void => {
  composer.uploads.value = composer.uploads.value.map((one) => (one.key === key ? { ...one, ...update } : one))
}

const drop = (composer: Composer, key: string): void => {
  composer.uploads.value = composer.uploads.value.filter((one) => one.key !== key)
}

const started = new WeakMap<Composer, Set<string>>()

const run = async (composer: Composer, { key, file, cid, stop }: Upload): Promise<void> => {
  try {
    const { blobId, type, size } = await upload(file, (sentBytes) => change(composer, key, { sentBytes }), stop.signal)
    drop(composer, key)
    // A text that has become plain meanwhile shows no picture: it is a file then.
    const shownAs = composer.draft.value.html === null ? null : cid
    const part = { blobId, type: file.type === '' ? type : file.type, name: file.name, size: size || file.size, cid: shownAs }
    edit(composer, { parts: [...composer.draft.value.parts, part] })
    announce(words().attached(file.name))
    sendWaiting(composer)
  } catch (error) {
    if (stop.signal.aborted) return
    change(composer, key, { state: 'failed' })
    if (composer.waits.value) composer.problem.value = words().notUploaded
    composer.waits.value = false
    const text = words()
    const told: Readonly<Record<string, string>> = {
      tooLarge: text.tooLarge(file.name, writeSize(coreLimit('maxSizeUpload'))),
      rateLimit: text.uploadedTooMuch(file.name),
      overQuota: text.noRoomForUpload(file.name),
    }
    composer.problem.value = told[errorType(error)] ?? composer.problem.value
    if (composer.problem.value === undefined) announce(`${file.name}: ${text.uploadFailed}`)
  }
}

/** Starts those that wait, as long as there is room. */
const pump = (composer: Composer): void => {
  const busy = started.get(composer) ?? new Set<string>()
  started.set(composer, busy)
  for (const one of composer.uploads.value) {
    if (busy.size >= runningMax) return
    if (one.state !== 'running' || busy.has(one.key)) continue
    busy.add(one.key)
    void run(composer, one).finally(() => {
      busy.delete(one.key)
      pump(composer)
    })
  }
}

const begin = (composer: Composer, file: File, state: 'placing' | 'running'): Upload => {
  const cid = state === 'placing' ? `${crypto.randomUUID()}@picture` : null
  const one: Upload = { key: crypto.randomUUID(), file, sentBytes: 0, state, cid, stop: new AbortController() }
  composer.uploads.value = [...composer.uploads.value, one]
  return one
}

/** What would not fit is refused before a byte of it is sent. */
const fits = (composer: Composer, file: File): boolean => {
  const each = coreLimit('maxSizeUpload')
  const together = attachmentsBytesMax()
  const coming = composer.uploads.value.reduce((sum, one) => sum + one.file.size, 0)
  if (file.size > Math.min(each, together)) composer.problem.value = words().tooLarge(file.name, writeSize(Math.min(each, together)))
  else if (attachedBytes(composer.draft.value) + coming + file.size > together) composer.problem.value = words().tooLargeTogether(writeSize(together))
  else return true
  return false
}

export const attach = (composer: Composer, files: readonly File[]): void => {
  for (const file of files) if (fits(composer, file)) begin(composer, file, 'running')
  pump(composer)
}

const isPicture = ({ type }: File): boolean => /^image\/(?:png|jpeg|gif|webp)$/.test(type)

/** Wider pictures are shown at this width; their bytes stay as they are. */
const pictureWidthMax = 640

const widthOf = async (file: File): Promise<number | null> => {
  try {
    const bitmap = await createImageBitmap(file)
    const { width } = bitmap
    bitmap.close()
    return width > pictureWidthMax ? pictureWidthMax : null
  } catch {
    return null
  }
}

/** Where the editor went meanwhile, the picture becomes a file. */
const place = async (composer: Composer, editor: RichEditor, { key, file, cid }: Upload): Promise<void> => {
  const width = await widthOf(file)
  if (cid === null || !composer.uploads.value.some((one) => one.key === key)) return
  const isThere = composer.editor.value === editor
  if (isThere) {
    composer.pictures.set(cid, Promise.resolve(URL.createObjectURL(file)))
    placePicture(composer, () => editor.insertPicture(cid, file.name.replace(/\.\w+$/u, ''), width))
  }
  change(composer, key, { state: 'running', cid: isThere ? cid : null })
  pump(composer)
}

/** Pasted or dropped into the text: pictures stand in it, other files are attached. All of them are on their way at once, so that sending waits for each. */
export const placeFiles = async (composer: Composer, files: readonly File[]): Promise<void> => {
  const editor = composer.editor.value
  const pictures = editor === undefined ? [] : files.filter(isPicture)
  attach(composer, files.filter((file) => !pictures.includes(file)))
  if (editor === undefined) return
  const begun = pictures.flatMap((file) => (fits(composer, file) ? [begin(composer, file, 'placing')] : []))
  for (const one of begun) await place(composer, editor, one)
}

export const cancelUpload = (composer: Composer, { key, cid, stop }: Upload): void => {
  stop.abort(new Error('cancelled'))
  waitNoMore(composer)
  drop(composer, key)
  if (cid !== null) composer.editor.value?.removePicture(cid)
}

export const retryUpload = (composer: Composer, { key }: Upload): void => {
  change(composer, key, { state: 'running', sentBytes: 0, stop: new AbortController() })
  pump(composer)
}
