/** From "send" to "sent": what is asked before, the sending itself, and taking it back. */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { language } from '../../kit/language.ts'
import { compose } from './requests.ts'
import { markAnswered, type Unmark } from './answer-marks.ts'
import { promisesAttachment } from './attachment-words.ts'
import { delayMaxSeconds, sendDraft, takeBack, type Hold, type SendAnswer } from './compose-server.ts'
import { removeComposer, takeText, waitNoMore, type Composer, type Sheet } from './composer.ts'
import { needsConfirming, recipientRows } from './confirm-recipients.ts'
import { tellOf } from './send-notices.ts'
import { recipientCount, type Draft } from './draft.ts'
import { identities, sendersOf } from './identities.ts'
import { dateWords } from './quote.ts'
import { rememberSent } from './recipients-known.ts'
import { attachmentReminder, undoSeconds } from './settings.ts'
import { effectiveConfirm } from './settings.ts'
import { words } from './words.ts'

/** What was asked and answered already is not asked again in the same sending. */
type Asked = 'noSubject' | 'forgotten' | 'confirm'
const order: readonly Asked[] = ['noSubject', 'forgotten', 'confirm']

interface Wish {
  readonly hold: Hold | undefined
  readonly asked: ReadonlySet<Asked>
}

const wishes = new WeakMap<Composer, Wish>()

const blocked = (composer: Composer): string | undefined => {
  const draft = composer.draft.value
  const text = words()
  if (draft.unfinished.trim() !== '') return text.unfinished(draft.unfinished.trim())
  if (recipientCount(draft) === 0) return text.noRecipients
  return composer.uploads.value.some(({ state }) => state === 'failed') ? text.notUploaded : undefined
}

const asks: Record<Asked, (composer: Composer) => boolean> = {
  noSubject: ({ draft }) => draft.value.subject.trim() === '',
  forgotten: ({ draft }) =>
    attachmentReminder.value && !draft.value.parts.some(({ cid }) => cid === null) && promisesAttachment(draft.value.subject, draft.value.text),
  confirm: ({ draft }) => needsConfirming(effectiveConfirm(), recipientRows(draft.value, sendersOf(identities.value))),
}

/** Ctrl+Enter and the button. `hold`: a chosen time; else the undo time of the settings. */
export const send = (composer: Composer, hold?: Hold): void => {
  if (composer.stage.value !== 'writing') return
  takeText(composer)
  const problem = blocked(composer)
  composer.problem.value = problem
  composer.waits.value = problem === undefined && composer.uploads.value.length > 0
  if (problem !== undefined) return announce(problem)
  wishes.set(composer, { hold, asked: new Set() })
  if (!composer.waits.value) next(composer)
}

/** A file arrived: what waited for the last of them goes, unless something was written meanwhile, or whoever wrote it is about to throw it away. */
export const sendWaiting = (composer: Composer): void => {
  takeText(composer)
  if (composer.sheet.value !== 'none') waitNoMore(composer)
  if (!composer.waits.value || composer.uploads.value.length > 0) return
  composer.waits.value = false
  next(composer)
}

const next = (composer: Composer): void => {
  const wish = wishes.get(composer)
  if (wish === undefined) return
  const question = order.find((one) => !wish.asked.has(one) && asks[one](composer))
  composer.sheet.value = question ?? 'none'
  if (question === undefined) void carryOut(composer, wish.hold)
}

/** Yes to the question that is open. */
export const answerYes = (composer: Composer): void => {
  const wish = wishes.get(composer)
  const asked = order.find((one) => one === composer.sheet.value)
  if (wish === undefined || asked === undefined) return
  wishes.set(composer, { ...wish, asked: new Set([...wish.asked, asked]) })
  next(composer)
}

export const answerNo = (composer: Composer): void => {
  wishes.delete(composer)
  composer.sheet.value = 'none' satisfies Sheet
}

const reasonOf = (answer: SendAnswer & { is: 'refused' }): string => {
  const text = words()
  if (answer.recipients.length > 0) return text.notSentRecipients(answer.recipients.join(', '))
  const reasons: Record<string, string> = {
    unreachable: text.notSentNetwork, tooLarge: text.notSentSize, tooManyRecipients: text.notSentLimit, rateLimit: text.notSentLimit, overQuota: text.overQuota,
    forbiddenFrom: text.notSentForbidden, forbiddenMailFrom: text.notSentForbidden, forbiddenToSend: text.notSentLimit, noRecipients: text.noRecipients,
  }
  return reasons[answer.type] ?? text.notSent
}

interface Gone {
  readonly hold: Hold
  readonly answer: SendAnswer & { is: 'sent' }
  readonly answers: Draft['answers']
  readonly unmark: Unmark
}

const undo = async ({ answer: { submissionId, emailId }, answers, unmark }: Gone): Promise<void> => {
  const taken = await takeBack(submissionId).catch(() => false)
  if (!taken) return void toast({ text: words().tooLate, kind: 'error' })
  announce(words().takenBack)
  void unmark().catch(() => undefined)
  compose({ is: 'draft', emailId, answers })
}

const told = (gone: Gone): void => {
  const { hold, answer } = gone
  const text = words()
  const taking = { label: text.undo, run: () => void undo(gone) }
  if ('until' in hold) tellOf(answer.submissionId, { text: text.scheduledFor(dateWords(hold.until, language.value)), action: taking })
  else if (hold.seconds === 0) toast({ text: text.sent })
  else {
    const told = { text: text.sentSoon(hold.seconds), action: taking, ms: hold.seconds * 1000, becomes: text.sent, onGone: () => announce(text.sent) }
    tellOf(answer.submissionId, told)
  }
}

const carryOut = async (composer: Composer, wanted: Hold | undefined): Promise<void> => {
  const draft = composer.draft.value
  const hold = wanted ?? { seconds: Math.min(undoSeconds.value, delayMaxSeconds()) }
  const focused = document.activeElement
  composer.stage.value = 'sending'
  announce(words().sending)
  composer.editor.value?.setEditable(false)
  // A save on its way would make a copy that nobody takes away.
  await composer.keeper.settled()
  const answer = await sendDraft(draft, composer.keeper.emailId, hold)
  if (answer.is === 'sent') {
    const { done, unmark } = markAnswered(draft, answer.emailId)
    // Who sees the composer close may leave the page at once.
    await Promise.all([composer.keeper.end(), done])
    removeComposer(composer)
    rememberSent(draft)
    return told({ hold, answer, answers: draft.answers, unmark })
  }
  if (answer.is === 'refused' && answer.emailId !== null) composer.keeper.replacedBy(answer.emailId)
  composer.stage.value = 'writing'
  composer.editor.value?.setEditable(true)
  if (focused instanceof HTMLElement && focused.isConnected) requestAnimationFrame(() => focused.focus({ preventScroll: true }))
  composer.problem.value = answer.is === 'unknown' ? words().unknownSent : reasonOf(answer)
  announce(composer.problem.value)
}
