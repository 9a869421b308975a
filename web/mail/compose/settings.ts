/** How this person writes and sends. */
import { signal } from '@preact/signals'
import { between, oneOf, remembered, yesOrNo } from '../../kit/remembered.ts'
import type { ConfirmChoice } from './confirm-recipients.ts'
import { confirmChoices, strictest } from './confirm-recipients.ts'

/** Seconds in which a sent message can be taken back. */
export const undoSeconds = remembered<number>('compose.undoSeconds', 10, between(0, 30))
export const confirmRecipients = remembered<ConfirmChoice>('compose.confirm', 'off', oneOf(confirmChoices))
/** What the brand asks of everybody (誤送信防止). */
export const brandConfirm = signal<ConfirmChoice>('off')
export const effectiveConfirm = (): ConfirmChoice => strictest(confirmRecipients.value, brandConfirm.value)
export const defaultFormat = remembered<'plain' | 'rich'>('compose.format', 'rich', oneOf(['plain', 'rich']))
export const replyPosition = remembered<'above' | 'below'>('compose.replyPosition', 'above', oneOf(['above', 'below']))
export const attachmentReminder = remembered<boolean>('compose.attachmentReminder', true, yesOrNo)
