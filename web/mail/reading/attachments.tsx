/** Attachments as chips: what they are called, how large they are, and a link that saves each. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { IconAttachment, IconDownload, IconWarning } from '../../kit/icons.ts'
import type { Attachment, MessageView } from './message-view.ts'
import { words } from './words.ts'

const units = ['B', 'KB', 'MB', 'GB'] as const

export const sizeText = (bytes: number): string => {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** So many do not stand between a message and its text before they are asked for. */
const foldedMax = 14
const foldedShown = 10

const Chip = ({ attachment, onPreview }: { attachment: Attachment; onPreview: () => void }): JSX.Element => {
  const { name, sizeBytes, url, previewUrl, deceptive } = attachment
  const text = words()
  const size = sizeText(sizeBytes)
  const dot = name.lastIndexOf('.')
  return (
    <li class={`attachment ${deceptive ? 'attachment-deceptive' : ''}`}>
      {previewUrl === null ? null : (
        <button type="button" class="attachment-picture" aria-label={text.preview(name)} onClick={onPreview}>
          <img src={previewUrl} alt="" loading="lazy" />
        </button>
      )}
      <a class="attachment-link" href={url} rel="noopener">
        {deceptive ? <IconWarning /> : <IconAttachment />}
        <span class="attachment-name">
          {/* The ending is what counts: a long name is cut before it. */}
          <bdi class="attachment-stem">{dot > 0 ? name.slice(0, dot) : name}</bdi>
          <bdi class="attachment-ending">{dot > 0 ? name.slice(dot) : ''}</bdi>
        </span>
        <span class="attachment-size">{size}</span>
        <span class="only-heard">{text.save}</span>
      </a>
      {deceptive ? <span class="attachment-mark">{text.deceptiveMark}</span> : null}
    </li>
  )
}

export const Attachments = ({ view }: { view: MessageView }): JSX.Element | null => {
  const [shown, setShown] = useState<Attachment | undefined>(undefined)
  const [isWhole, setWhole] = useState(false)
  const text = words()
  const list = view.attachments.filter(({ inline }) => !inline)
  if (list.length === 0) return null
  const unseen = view.attachmentsTotal - view.attachments.length
  return (
    <section class="attachments" aria-label={text.attachments(list.length)}>
      <div class="attachments-head">
        <h3>{text.attachments(list.length + unseen)}</h3>
        {view.allAttachmentsUrl !== null && list.length > 1 ? (
          <a class="button button-quiet" href={view.allAttachmentsUrl} rel="noopener">
            <IconDownload />
            <span class="button-label">{text.saveAll}</span>
          </a>
        ) : null}
      </div>
      <ul>
        {(isWhole || list.length <= foldedMax ? list : list.slice(0, foldedShown)).map((attachment) => (
          <Chip key={attachment.partId} attachment={attachment} onPreview={() => setShown(attachment)} />
        ))}
      </ul>
      {isWhole || list.length <= foldedMax ? null : (
        <Button label={text.otherAttachments(list.length - foldedShown)} kind="quiet" class="attachments-rest" onClick={() => setWhole(true)} />
      )}
      {unseen > 0 && (isWhole || list.length <= foldedMax) ? <p class="attachments-more">{text.moreAttachments(unseen)}</p> : null}
      {shown === undefined ? null : (
        <Dialog title={shown.name} wide onClose={() => setShown(undefined)} actions={<Button label={text.close} onClick={() => setShown(undefined)} />}>
          <img class="attachment-large" src={shown.previewUrl ?? ''} alt={shown.name} />
        </Dialog>
      )}
    </section>
  )
}
