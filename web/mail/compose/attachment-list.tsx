import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconClose, IconReload } from '../../kit/icons.ts'
import { attachmentsBytesMax } from './compose-server.ts'
import { edit, type Composer } from './composer.ts'
import { attachedBytes, type DraftPart } from './draft.ts'
import { IconFile } from './icons.ts'
import { useKeptFocus } from './kept-focus.ts'
import { writeSize } from './size.ts'
import { cancelUpload, retryUpload } from './uploads.ts'
import type { Upload } from './upload.ts'
import { words } from './words.ts'

const Going = ({ composer, one }: { composer: Composer; one: Upload }): JSX.Element => {
  const text = words()
  const failed = one.state === 'failed'
  return (
    <li class={`attachment ${failed ? 'attachment-failed' : ''}`}>
      <IconFile />
      <span class="attachment-name">{one.file.name}</span>
      {failed ? (
        <span class="attachment-state">{text.uploadFailed}</span>
      ) : (
        <>
          <progress class="attachment-progress" max={Math.max(1, one.file.size)} value={one.sentBytes} aria-label={one.file.name} />
          <span class="attachment-state numbers">{text.uploading(Math.floor((100 * one.sentBytes) / Math.max(1, one.file.size)))}</span>
        </>
      )}
      {failed ? <Button label={text.retryUpload(one.file.name)} icon={IconReload} iconOnly kind="quiet" onClick={() => retryUpload(composer, one)} /> : null}
      <Button label={text.cancelUpload(one.file.name)} icon={IconClose} iconOnly kind="quiet" onClick={() => cancelUpload(composer, one)} />
    </li>
  )
}

const There = ({ composer, part }: { composer: Composer; part: DraftPart }): JSX.Element => (
  <li class="attachment">
    <IconFile />
    <span class="attachment-name">{part.name === '' ? part.type : part.name}</span>
    <span class="attachment-state numbers">{writeSize(part.size)}</span>
    <Button
      label={words().removeAttachment(part.name)}
      icon={IconClose}
      iconOnly
      kind="quiet"
      onClick={() => edit(composer, { parts: composer.draft.value.parts.filter((other) => other !== part) })}
    />
  </li>
)

/** Pictures of the text are seen there; here only while they are on their way. */
export const AttachmentList = ({ composer }: { composer: Composer }): JSX.Element | null => {
  const draft = composer.draft.value
  const attached = draft.parts.filter(({ cid }) => cid === null)
  const going = composer.uploads.value
  const focus = useKeptFocus()
  if (attached.length + going.length === 0) return null
  return (
    <section class="attachments" aria-label={words().attachments} {...focus}>
      <ul>
        {attached.map((part) => (
          <There key={part.blobId + part.name} composer={composer} part={part} />
        ))}
        {going.map((one) => (
          <Going key={one.key} composer={composer} one={one} />
        ))}
      </ul>
      <p class="attachments-sum numbers">{words().sizeOf(writeSize(attachedBytes(draft)), writeSize(attachmentsBytesMax()))}</p>
    </section>
  )
}
