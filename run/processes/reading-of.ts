/** What reading in a browser needs in a mailroom: tokens of this run, renderings kept a while, who reads what is large, the scout for what lies outside. */
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import type { Reading } from '@bulkhead/front/content/reading.ts'
import { renderings } from '@bulkhead/front/content/renderings.ts'
import type { TextReader } from '@bulkhead/front/reader/text-reader.ts'
import { contentTokens } from '@bulkhead/front/content/tokens.ts'
import { noticeVerifier } from '@bulkhead/mail/reading/official.ts'
import type { RoleContext } from './role.ts'

export const readingOf = (start: StartOf<'mailroom'>, { clock, log }: Pick<RoleContext, 'clock' | 'log'>, reader: TextReader): Reading & Disposable => {
  const path = start.knocks['scout']
  const scout = path === undefined ? null : knock<ScoutVerbs>(path)
  const key = secret(Buffer.from(start.pseudonymKey, 'base64'))
  return {
    tokens: contentTokens(clock),
    renderings: renderings(clock),
    reader,
    scout,
    hostName: start.hostName,
    noticeOf: noticeVerifier(Buffer.from(start.noticePublicKey, 'base64')),
    pseudonym: pseudonymizer(key),
    clock,
    log,
    [Symbol.dispose]: () => scout?.[Symbol.dispose](),
  }
}
