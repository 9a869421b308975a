/** What the sealed text on this device is worth: two flags beside it, cheap enough to look at on every start, and kept even where its store hangs. */
import { remembered, yesOrNo } from '../../kit/remembered.ts'

/** Whether this device keeps text that the server does not have. */
export const unsavedHere = remembered('compose.unsaved', false, yesOrNo)

/** More than these would mean a store that never forgets; the oldest go. */
const doneMax = 100

const names = (found: unknown): readonly string[] | undefined =>
  Array.isArray(found) ? found.filter((one) => typeof one === 'string').slice(-doneMax) : undefined

/** Message-IDs of texts that may still be kept here though nothing of them is to be restored: sent, thrown away, or on the server. */
const doneHere = remembered<readonly string[]>('compose.done', [], names)

export const isDone = (messageId: string): boolean => doneHere.value.includes(messageId)

export const noteDone = (messageId: string): void => {
  if (!isDone(messageId)) doneHere.value = [...doneHere.value, messageId].slice(-doneMax)
}

export const noteNotDone = (messageId: string): void => {
  if (isDone(messageId)) doneHere.value = doneHere.value.filter((one) => one !== messageId)
}

export const forgetDone = (): void => {
  doneHere.value = []
}
