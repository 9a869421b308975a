/** What a row is about: subject and beginning, or where the words of a search stand in it. */
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import type { EmailRow } from '../jmap/types.ts'
import { RowLabels } from '../labels/row-labels.tsx'
import { searchHere } from '../place.ts'
import { MarkedText } from '../search/marked-text.tsx'
import { snippets } from '../store/snippets.ts'
import { words } from './words.ts'

/** `previewChars`: as many as may be in view; what is behind them would be laid out and cut off. */
export const RowWhat = ({ email, previewChars }: { email: EmailRow; previewChars: number }): JSX.Element => {
  const found = useComputed(() => (searchHere.value !== undefined ? snippets.value.get(email.id) : undefined))
  const { subject = null, preview = null } = found.value ?? {}
  return (
    <span class={`row-what ${preview === null ? '' : 'row-found'}`}>
      <RowLabels email={email} />
      <span class="row-subject">
        {subject !== null ? <MarkedText html={subject} /> : email.subject === null || email.subject === '' ? words().noSubject : email.subject}
      </span>
      <span class="row-preview">{preview === null ? email.preview.slice(0, previewChars) : <MarkedText html={preview} near />}</span>
    </span>
  )
}
