/** Closing a composer: with its draft kept, or thrown away. */
import { announce } from '../../kit/live.tsx'
import { destroyDraft } from './compose-server.ts'
import { removeComposer, takeText, type Composer } from './composer.ts'
import { words } from './words.ts'

/** The window goes at once where all is saved; else when the last save has been answered, and stays if that failed. */
export const closeComposer = async (composer: Composer): Promise<void> => {
  if (composer.stage.value === 'elsewhere') return removeComposer(composer)
  takeText(composer)
  if (composer.uploads.value.length > 0) {
    composer.problem.value = words().stillUploading
    return
  }
  if (composer.keeper.isSaved || (await composer.keeper.flush())) {
    const wasSaved = composer.keeper.emailId !== null
    removeComposer(composer)
    if (wasSaved) announce(words().saved)
  }
}

export const discard = async (composer: Composer): Promise<void> => {
  composer.sheet.value = 'none'
  // A file may arrive before the last save is through: what is thrown away does not go then.
  composer.waits.value = false
  await composer.keeper.end()
  const { emailId } = composer.keeper
  removeComposer(composer)
  announce(words().discarded)
  if (emailId !== null) await destroyDraft(emailId).catch(() => undefined)
}
