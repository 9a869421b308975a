/**
 * Notices that a change owes its account: written in the transaction of the change, told from here by whoever runs next. One that intake can't
 * take now comes again when its lease is over; the same again is stored once, since intake knows it by its id.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { NoticeFate } from '@bulkhead/door/contracts/notice.ts'
import { checkedLook } from '@bulkhead/mail/brand/look.ts'
import { isBrowserName } from '@bulkhead/mail/devices/browser-name.ts'
import type { OwedNotice } from '@bulkhead/mail/ports/directory.ts'
import { passwordNotice } from '@bulkhead/mail/reading/password-notice.ts'
import type { Desk } from './desk.ts'
import { deliverNotice } from './notice-delivery.ts'

const claimedMax = 50
const leaseMs = 60_000
/** How long a notice may lie before somebody looks. */
const everyMs = 1_000

const helpOf = async ({ directory }: Desk, { brand, language }: OwedNotice) => {
  const kept = await directory.brandLook(brand)
  const checked = checkedLook(kept === null ? null : JSON.parse(kept))
  const help = checked.is === 'look' ? checked.look.help : null
  return help === null ? null : { title: help.title[language], url: help.url }
}

const tell = async (desk: Desk, owed: OwedNotice): Promise<NoticeFate | undefined> => {
  const { id, language, happenedMs, browser } = owed
  if (owed.state === 'cancelled') return 'gone'
  if (!desk.noticePace.take(1)) return 'away'
  // Who wrote the row is not who signs the notice.
  const text = passwordNotice({ happenedMs, browser: isBrowserName(browser) ? browser : '', language, help: await helpOf(desk, owed) })
  const [fate] = await deliverNotice(desk, { ...text, id, language, atMs: happenedMs, from: undefined, isPersonal: true }, [owed])
  return fate
}

/** What is due now, once. */
export const tellOwed = async (desk: Desk, log: Log): Promise<void> => {
  if (desk.intake === null) return
  for (const owed of await desk.directory.claimOwedNotices(claimedMax, leaseMs)) {
    try {
      const fate = await tell(desk, owed)
      if (fate === 'stored' || fate === 'gone') await desk.directory.settleOwedNotice(owed.id)
      desk.tell({ kind: 'desk.passwordNotice', caller: 'desk', subject: owed.account, outcome: fate ?? 'away' })
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'doorAway')) log.error('noticeUntold', error, { account: owed.account })
    }
  }
}

export const tellOwedNotices = (desk: Desk, log: Log): AsyncDisposable => {
  let timer: NodeJS.Timeout | undefined
  let telling = Promise.resolve()
  const look = (): void => {
    telling = tellOwed(desk, log)
      .catch((error: unknown) => log.error('noticesUntold', error))
      .finally(() => {
        if (timer !== undefined) timer = setTimeout(look, everyMs)
      })
  }
  timer = setTimeout(look, everyMs)
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      timer = undefined
      await telling
    },
  }
}
