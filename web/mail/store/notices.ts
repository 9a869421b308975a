/** Which messages came as notices of the provider: the platform's own list, which nothing in a message can get it onto. */
import { signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import type { GetAnswer, Id } from '../jmap/types.ts'

export const notices = signal<ReadonlySet<Id>>(new Set())

export const loadNotices = async (): Promise<void> => {
  const { list } = await call<GetAnswer<{ readonly id: Id }>>('OfficialNotice/get', { ids: null })
  notices.value = new Set(list.map(({ id }) => id))
}
