/** Whether this device keeps text that the server does not have: a flag beside the sealed text, cheap enough to look at on every start. */
import { remembered, yesOrNo } from '../../kit/remembered.ts'

export const unsavedHere = remembered('compose.unsaved', false, yesOrNo)
