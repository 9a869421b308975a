/** Views of messages as they were given, a while: the message that comes next is asked for before it is opened. */
import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { Id } from '../jmap/types.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import type { MessageView, ViewWish } from './message-view.ts'

export type Loading =
  | { readonly is: 'loading' }
  | { readonly is: 'there'; readonly view: MessageView }
  | { readonly is: 'failed'; readonly type: string }

const keptMax = 80
/** Asked for anew before its addresses end. */
const marginMs = 60_000

const kept = new Map<string, Signal<Loading>>()

const keyOf = (id: Id, wish: ViewWish): string => `${id} ${JSON.stringify(wish)}`

const load = async (id: Id, wish: ViewWish, into: Signal<Loading>): Promise<void> => {
  try {
    const { list } = await call<{ readonly list: readonly MessageView[] }>('MessageView/get', { accountId: accountOfEmail(id), ids: [id], ...wish })
    const [view] = list
    into.value = view === undefined ? { is: 'failed', type: 'notFound' } : { is: 'there', view }
  } catch (error) {
    into.value = { is: 'failed', type: errorType(error) }
  }
}

const isStale = (found: Loading): boolean => found.is === 'there' && Date.parse(found.view.expiresAt) < Date.now() + marginMs

/** The view, loading where it is not here. The same signal while the same is wanted; what failed stays failed until `reload`. */
export const viewOf = (id: Id, wish: ViewWish): ReadonlySignal<Loading> => {
  const key = keyOf(id, wish)
  const known = kept.get(key)
  if (known !== undefined && !isStale(known.peek())) return known
  const made = signal<Loading>({ is: 'loading' })
  kept.delete(key)
  kept.set(key, made)
  const [oldest] = kept.keys()
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
  void load(id, wish, made)
  return made
}

/** Resolves when it is here, or failed. */
export const viewed = async (id: Id, wish: ViewWish): Promise<void> => {
  const found = viewOf(id, wish)
  let end = (): void => undefined
  await new Promise<void>((resolve) => {
    end = effect(() => {
      if (found.value.is !== 'loading') resolve()
    })
  })
  end()
}

/** Asked for again, whatever is here. */
export const reload = (id: Id, wish: ViewWish): void => {
  kept.delete(keyOf(id, wish))
}
