/** Between rich and plain text. */
import { edit, takeText, type Composer } from './composer.ts'
import { escapeLines } from './opening.ts'

const toPlain = (composer: Composer): void => {
  takeText(composer)
  // A picture of the text becomes a file.
  edit(composer, { html: null, parts: composer.draft.value.parts.map((part) => ({ ...part, cid: null })) })
}

export const switchFormat = (composer: Composer): void => {
  if (composer.draft.value.html === null) edit(composer, { html: escapeLines(composer.draft.value.text) })
  else if (composer.editor.value?.hasFormat() === true) composer.sheet.value = 'toPlain'
  else toPlain(composer)
}

export const confirmPlain = (composer: Composer): void => {
  composer.sheet.value = 'none'
  toPlain(composer)
}
