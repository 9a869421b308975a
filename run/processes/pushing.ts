/**
 * Web Push (ADR 0033). In intake: news of accounts it took mail in for, and the sending of all that is owed. In a mailroom: what its sessions
 * change is owed.
 */
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import { startPushSender } from '@bulkhead/flow/pushing/push-sender.ts'
import { gatherNews, type NewsGatherer } from '@bulkhead/mail/push/gather-news.ts'
import { pushDirectory, pushQueue } from '@bulkhead/store/directory/push-directory.ts'
import { hearing } from '@bulkhead/store/sql/hearing.ts'
import type { Database } from '@bulkhead/store/sql/database.ts'
import { vapidKey } from '@bulkhead/wire/webpush/vapid.ts'
import type { PushPorts } from '@bulkhead/front/jmap/push/push-service.ts'
import type { RoleContext } from './role.ts'

/** Where there is no scout nothing is owed: nobody could send it. */
const silent: NewsGatherer = { changed: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() }

export const pushingOf = (start: StartOf<'intake'>, directories: Database, { sealing, clock, log, meter }: RoleContext): NewsGatherer => {
  const path = start.knocks['scout']
  if (path === undefined) return silent
  const scout = knock<ScoutVerbs>(path)
  const queue = pushQueue(directories)
  const cellKey = Buffer.from(start.pseudonymKey, 'base64')
  const sender = startPushSender({
    queue, scout, sealing, clock, log, meter, privateKey: secret(Buffer.from(start.rulesPrivateKey, 'base64')),
    pseudonym: pseudonymizer(secret(cellKey)), vapid: vapidKey(cellKey), contact: start.pushContact,
  })
  // Of what mailrooms, other intakes and this one owe.
  const hints = hearing({ url: secret(start.directoryUrl), name: 'bulkhead intake pushes', channel: 'pushes_owed', heard: sender.owed })
  const news = gatherNews({ debts: queue, log })
  return {
    changed: news.changed,
    async [Symbol.asyncDispose]() {
      await news[Symbol.asyncDispose]()
      await hints[Symbol.asyncDispose]()
      await sender[Symbol.asyncDispose]()
      scout[Symbol.dispose]()
    },
  }
}

export const mailroomPushing = (
  { rulesPublicKey }: StartOf<'mailroom'>, directories: Database, log: RoleContext['log'],
): Omit<PushPorts, 'sealing'> & AsyncDisposable => {
  const directory = pushDirectory(directories)
  const news = gatherNews({ debts: directory, log })
  return { directory, news, publicKey: Buffer.from(rulesPublicKey, 'base64'), [Symbol.asyncDispose]: () => news[Symbol.asyncDispose]() }
}
