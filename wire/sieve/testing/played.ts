/** Plays a script against a message, as its examples in RFCs are read. */
import { headerFields } from '../../mime/header.ts'
import { compileSieve } from '../compile.ts'
import type { DuplicateQuestion, SieveScores } from '../message.ts'
import { sieveMessage } from '../message-view.ts'
import { runSieve, type Outcome } from '../run.ts'

export const mailOf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'utf8')

export const viewOf = (message: Buffer) => sieveMessage({ message, fields: headerFields(message).map((field) => ({ header: message, field })) })

export interface Around {
  readonly from?: string
  readonly to?: string
  readonly nowMs?: number
  readonly mailboxes?: readonly string[]
  readonly scores?: SieveScores
  /** Other scripts of the person. */
  readonly scripts?: Readonly<Record<string, string>>
  readonly seen?: (question: DuplicateQuestion) => boolean
}

/** What is wrong with a script comes as its mistakes, `line:column message`. */
export const played = (script: string, message: string, around: Around = {}): Outcome | readonly string[] => {
  const compiled = compileSieve(Buffer.from(script, 'utf8'), (name) => around.scripts?.[name])
  if (compiled.is === 'mistakes') return compiled.mistakes.map(({ line, column, message: what }) => `${line}:${column} ${what}`)
  return runSieve(compiled.program, {
    message: viewOf(mailOf(message)),
    envelope: { from: around.from ?? 'sender@example.org', to: around.to ?? 'me@example.com' },
    nowMs: around.nowMs ?? Date.UTC(2026, 10, 21, 3, 4, 5),
    zoneMinutes: 540,
    environment: { name: 'Bulkhead' },
    scores: around.scores ?? { spamPercent: null, virusLevel: 0 },
    mailboxIdExists: (id) => id === 'F352ae03a',
    mailboxExists: (name) => around.mailboxes?.includes(name) ?? false,
    specialUseExists: (use) => use === '\\Junk',
    seenBefore: around.seen ?? (() => undefined),
  })
}

/** In short: `fileinto INBOX.a`, `redirect a@b`, and so on; `keep` for the implicit keep as well. */
export const didIn = (outcome: Outcome | readonly string[]): readonly string[] => {
  if (!('is' in outcome)) return outcome
  if (outcome.is === 'failed') return [`failed: ${outcome.why}`]
  const { actions, implicitKeep, flags } = outcome.decision
  const flagged = (list: readonly string[]): string => list.map((flag) => ` ${flag}`).join('')
  const did = actions.map((action) => {
    if (action.is === 'fileinto') return `fileinto ${action.mailboxId === null ? '' : `${action.mailboxId} or `}${action.mailbox}${action.specialUse === null ? '' : ` or ${action.specialUse}`}${flagged(action.flags)}`
    if (action.is === 'redirect') return `redirect ${action.address}`
    if (action.is === 'notify') return `notify ${action.to.join(' ')}: ${action.message ?? action.subject ?? '-'}`
    if (action.is === 'reject') return `reject ${action.reason}`
    if (action.is === 'vacation') return `vacation ${action.subject ?? '-'} ${action.atLeastSeconds} ${action.reason}`
    return action.is === 'keep' ? `keep${flagged(action.flags)}` : action.is
  })
  return implicitKeep ? [...did, `keep${flagged(flags)}`] : did
}
