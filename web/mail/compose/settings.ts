/** How this person writes and sends. */
import { computed, effect, type ReadonlySignal } from '@preact/signals'
import { brand } from '../../brand/brand.ts'
import { between, oneOf, remembered, yesOrNo } from '../../kit/remembered.ts'
import { has } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import type { GetAnswer } from '../jmap/types.ts'
import type { ConfirmChoice } from './confirm-recipients.ts'
import { confirmChoices, strictest } from './confirm-recipients.ts'
import { undoSecondsChoices } from './timing.ts'

/** Seconds in which a sent message can be taken back. */
export const undoSeconds = remembered<number>('compose.undoSeconds', 10, between(0, 30))
export const confirmRecipients = remembered<ConfirmChoice>('compose.confirm', 'off', oneOf(confirmChoices))
/** What the brand asks of everybody (誤送信防止). */
export const brandConfirm = computed<ConfirmChoice>(() => brand.value?.confirmRecipients ?? 'off')
export const effectiveConfirm = (): ConfirmChoice => strictest(confirmRecipients.value, brandConfirm.value)
export const defaultFormat = remembered<'plain' | 'rich'>('compose.format', 'rich', oneOf(['plain', 'rich']))
export const replyPosition = remembered<'above' | 'below'>('compose.replyPosition', 'above', oneOf(['above', 'below']))
export const attachmentReminder = remembered<boolean>('compose.attachmentReminder', true, yesOrNo)

const webmailCapability = 'urn:bulkhead:jmap:webmail'
const kept: Readonly<Record<string, ReadonlySignal<unknown>>> = { undoSeconds, confirmRecipients, defaultFormat, replyPosition, attachmentReminder }

let following: Promise<void> | undefined

/** Takes what the person chose on another device, and from then on tells the server what is chosen here. */
export const followSettings = (): Promise<void> => {
  if (!has(webmailCapability)) return Promise.resolve()
  following ??= follow().catch(() => {
    following = undefined
  })
  return following
}

const chosenHere = (): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(kept).map(([name, setting]) => [name, setting.value]))

const follow = async (): Promise<void> => {
  const before = chosenHere()
  const { list } = await call<GetAnswer<Readonly<Record<string, unknown>>>>('Setting/get', { ids: ['compose'] })
  const now = chosenHere()
  // What was chosen while the answer was on its way is newer than the answer.
  const found = Object.fromEntries(Object.entries(list[0] ?? {}).filter(([name]) => now[name] === before[name]))
  if (undoSecondsChoices.some((choice) => choice === found['undoSeconds'])) undoSeconds.value = Number(found['undoSeconds'])
  confirmRecipients.value = oneOf(confirmChoices)(found['confirmRecipients']) ?? confirmRecipients.value
  defaultFormat.value = oneOf(['plain', 'rich'] as const)(found['defaultFormat']) ?? defaultFormat.value
  replyPosition.value = oneOf(['above', 'below'] as const)(found['replyPosition']) ?? replyPosition.value
  attachmentReminder.value = yesOrNo(found['attachmentReminder']) ?? attachmentReminder.value
  let isKnown = Object.entries(now).every(([name, value]) => value === before[name])
  effect(() => {
    const compose = chosenHere()
    if (isKnown) isKnown = false
    else void call('Setting/set', { update: { compose } }).catch(() => undefined)
  })
}
