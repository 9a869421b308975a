/** Deleting for good: what is in the trash, or junk, after a question. There is no undo. */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { call } from '../jmap/client.ts'
import type { Id, SetAnswer } from '../jmap/types.ts'
import { reloadLists, takeOutOf } from '../store/current.ts'
import { syncSoon } from '../store/sync.ts'
import { changesAtOnce } from './change.ts'
import { beginProgress } from './progress.ts'
import { accountOfTarget, factsOf, type Target } from './targets.ts'
import { words } from './words.ts'

const destroySome = async (accountId: Id, ids: readonly Id[]): Promise<number> => {
  const { notDestroyed } = await call<SetAnswer>('Email/set', { accountId, destroy: ids })
  // One that is gone already is no failure.
  return Object.values(notDestroyed ?? {}).filter(({ type }) => type !== 'notFound').length
}

export const destroyForGood = async (target: Target): Promise<void> => {
  const accountId = accountOfTarget(target)
  const progress = beginProgress(target.is === 'all')
  try {
    const ids = (await factsOf(target, null, progress.report)).map(({ id }) => id)
    takeOutOf((list) => (list.query.isSearch ? [] : ids))
    let failed = 0
    let done = 0
    for (let at = 0; at < ids.length && progress.report(done, ids.length); at += changesAtOnce) {
      const part = ids.slice(at, at + changesAtOnce)
      const refused = await destroySome(accountId, part)
      failed += refused
      done += part.length - refused
    }
    const said = progress.stopped() ? words().stopped(done) : words().destroyed(done)
    announce(said)
    toast({ text: said })
    if (failed > 0) toast({ kind: 'error', text: words().failed(failed) })
  } catch {
    toast({ kind: 'error', text: words().unreachable })
  } finally {
    progress.end()
    reloadLists()
    syncSoon([accountId])
  }
}
