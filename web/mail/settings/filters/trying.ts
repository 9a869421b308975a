/** Tries scripts on messages that are there: the server says what they would do, and does nothing. */
import { batch, call, resultOf } from '../../jmap/client.ts'
import type { EmailRow, GetAnswer, Id, QueryAnswer } from '../../jmap/types.ts'
import type { Patchable } from '../../store/patch.ts'
import type { Tried } from './outcome.ts'

/** The server looks at no more in one call. */
export const triedAtOnce = 50
/** Of one mailbox, the newest. */
export const triedMax = 1_000

interface TestAnswer {
  readonly error: unknown
  readonly list: readonly Tried[]
}

const byDate = [{ property: 'receivedAt', isAscending: false }]

const tried = async (script: string, emailIds: readonly Id[]): Promise<readonly Tried[]> => {
  if (emailIds.length === 0) return []
  const { error, list } = await call<TestAnswer>('SieveScript/test', { script, emailIds })
  if (error !== null) throw new Error('the script of rules is refused')
  return list
}

export interface TriedEmail {
  readonly email: Pick<EmailRow, 'id' | 'subject' | 'from'>
  readonly tried: Tried
}

/** On the newest messages of a mailbox. */
export const tryOnNewest = async (script: string, mailbox: Id): Promise<readonly TriedEmail[]> => {
  const [{ ids }, { list }] = await batch<readonly [QueryAnswer, GetAnswer<TriedEmail['email']>]>([
    ['Email/query', { filter: { inMailbox: mailbox }, sort: byDate, limit: triedAtOnce }],
    ['Email/get', { '#ids': resultOf(0, 'Email/query', '/ids'), properties: ['id', 'subject', 'from'] }],
  ])
  const outcomes = new Map((await tried(script, ids)).map((one) => [one.emailId, one]))
  return list.flatMap((email) => {
    const outcome = outcomes.get(email.id)
    return outcome === undefined ? [] : [{ email, tried: outcome }]
  })
}

export interface Looked {
  readonly found: readonly { readonly email: Patchable; readonly tried: Tried }[]
  readonly looked: number
  /** There are more than were looked at. */
  readonly isPart: boolean
}

/** On a mailbox, part by part. `onPart` hears how many were looked at, and may say no to more. */
export const tryOnMailbox = async (script: string, mailbox: Id, onPart: (looked: number) => boolean): Promise<Looked> => {
  const found: { email: Patchable; tried: Tried }[] = []
  let looked = 0
  for (let anchor: Id | undefined; looked < triedMax; ) {
    const place = anchor === undefined ? { position: 0 } : { anchor, anchorOffset: 1 }
    const [{ ids }, { list }] = await batch<readonly [QueryAnswer, GetAnswer<Patchable>]>([
      ['Email/query', { filter: { inMailbox: mailbox }, sort: byDate, ...place, limit: triedAtOnce }],
      ['Email/get', { '#ids': resultOf(0, 'Email/query', '/ids'), properties: ['id', 'mailboxIds', 'keywords'] }],
    ])
    const outcomes = new Map((await tried(script, ids)).map((one) => [one.emailId, one]))
    for (const email of list) {
      const outcome = outcomes.get(email.id)
      if (outcome !== undefined) found.push({ email, tried: outcome })
    }
    looked += ids.length
    anchor = ids.at(-1)
    if (anchor === undefined || ids.length < triedAtOnce) return { found, looked, isPart: false }
    if (!onPart(looked)) break
  }
  return { found, looked, isPart: true }
}
