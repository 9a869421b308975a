/**
 * Two tabs never write one draft: who opens it holds a lock of the browser named after its Message-ID. The other tab sees
 * that it is open elsewhere and may take it over; the holder then saves, lets go and closes its composer.
 */
import { effect } from '@preact/signals'
import { toast } from '../../kit/toast.tsx'
import { compose } from './requests.ts'
import { removeComposer, takeText, type Composer } from './composer.ts'
import { words } from './words.ts'

type Message = { readonly is: 'take'; readonly messageId: string } | { readonly is: 'gone'; readonly messageId: string; readonly emailId: string | null }

const channel = new BroadcastChannel('bulkhead.drafts')
const lockName = (messageId: string): string => `bulkhead.draft ${messageId}`

/** How the holder of a lock ends it. */
const letGo = new Map<string, () => Promise<void>>()
/** Which copy a draft had when the other tab let it go. */
const lastIds = new Map<string, string | null>()

channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if (data.is === 'take') void letGo.get(data.messageId)?.()
  else lastIds.set(data.messageId, data.emailId)
})

const hold = (composer: Composer, release: () => void): void => {
  const { messageId } = composer.draft.value
  letGo.set(messageId, async () => {
    takeText(composer)
    if (!(await composer.keeper.flush())) return
    channel.postMessage({ is: 'gone', messageId, emailId: composer.keeper.emailId } satisfies Message)
    removeComposer(composer)
    toast({ text: words().movedAway })
    release()
  })
}

/** Takes the lock for as long as the composer is open; a second tab waits as `elsewhere` until the first is done. */
export const lockDraft = (composer: Composer, isOpen: () => boolean): void => {
  const { messageId } = composer.draft.value
  const whileOpen = (): Promise<void> =>
    new Promise((resolve) => {
      const release = (): void => {
        letGo.delete(messageId)
        queueMicrotask(() => stop())
        resolve()
      }
      hold(composer, release)
      const stop = effect(() => {
        if (!isOpen()) release()
      })
    })
  void navigator.locks.request(lockName(messageId), { ifAvailable: true }, async (lock) => {
    if (lock !== null) return whileOpen()
    composer.stage.value = 'elsewhere'
    void navigator.locks.request(lockName(messageId), () => {
      if (!isOpen()) return
      // It was let go: what stands there now is opened in place of what stood here.
      const emailId = lastIds.get(messageId) ?? composer.keeper.emailId
      removeComposer(composer)
      if (emailId !== null) compose({ is: 'draft', emailId })
    })
    return undefined
  })
}

export const takeOver = (composer: Composer): void => {
  channel.postMessage({ is: 'take', messageId: composer.draft.value.messageId } satisfies Message)
}

/** Drafts that some tab is writing now. */
export const openElsewhere = async (): Promise<ReadonlySet<string>> => {
  const { held = [] } = await navigator.locks.query()
  const prefix = lockName('')
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : [])))
}
