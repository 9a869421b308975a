/**
 * `SieveScript/test`, of ours: what a script would do with messages that are there. Nothing is done. Where it looks at headers alone no more
 * of a message is read; between messages others have their turn.
 */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { scriptsOf, scriptTexts } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure, setErrorJson } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, listOf, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { headerFields, headerLength } from '@bulkhead/wire/mime/header.ts'
import { mailboxesIn } from '@bulkhead/wire/mime/address-list.ts'
import type { SieveAction } from '@bulkhead/wire/sieve/actions.ts'
import { compileSieve, type Program } from '@bulkhead/wire/sieve/compile.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'
import { sieveMessage } from '@bulkhead/wire/sieve/message-view.ts'
import { runSieve } from '@bulkhead/wire/sieve/run.ts'
import { addressText } from '../../sending/complete-message.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { scriptMistake } from './checked-script.ts'

const emailsMax = 50
const headerBytesReadMax = 262_144
const messageBytesReadMax = 4_194_304
/** Many are looked at, one after the other: each gets less than a message that arrives. */
const limits = { ...sieveLimits, costMax: 4_000_000 }
/** As at reception: of people who name no zone. */
const zoneMinutes = 540

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const looksInside = ({ extensions }: Program): boolean => ['body', 'mime', 'foreverypart', 'extracttext'].some((name) => extensions.has(name))

const viewOf = (bytes: Buffer, sizeBytes: number): SieveMessage => {
  const length = headerLength(bytes)
  const header = bytes.subarray(0, length < 0 ? bytes.length : length)
  return { ...sieveMessage({ message: bytes, fields: headerFields(header).map((field) => ({ header, field })) }), sizeBytes }
}

const actionJson = (action: SieveAction): JsonObject => {
  if (action.is === 'fileinto') {
    const { mailbox, mailboxId, specialUse, flags } = action
    return { is: action.is, mailbox, mailboxId, specialUse, keywords: [...flags] }
  }
  if (action.is === 'keep') return { is: action.is, keywords: [...action.flags] }
  return action.is === 'redirect' ? { is: action.is, address: action.address } : { is: action.is }
}

const tried = (program: Program, message: SieveMessage, { session, account, clock }: MethodContext): JsonObject => {
  const state = account.state()
  const mailboxes = [...state.own.mailboxes.values()]
  const [sender] = mailboxesIn(message.header('return-path')[0] ?? '')
  const outcome = runSieve(program, {
    message,
    envelope: { from: sender === undefined ? '' : addressText(sender), to: session.who.login },
    nowMs: clock.now(),
    zoneMinutes,
    environment: { name: 'Bulkhead', location: 'MS', phase: 'post' },
    scores: { spamPercent: null, virusLevel: 0 },
    mailboxExists: (name) => name.toUpperCase() === 'INBOX' || state.byName(name) !== undefined,
    mailboxIdExists: (wanted) => mailboxes.some((one) => one.id === wanted),
    specialUseExists: (use) => mailboxes.some(({ specialUse }) => specialUse?.toLowerCase() === use.toLowerCase()),
    seenBefore: () => undefined,
  })
  if (outcome.is === 'failed') return { failed: outcome.why, actions: [], isKept: true, keywords: [] }
  const { actions, implicitKeep, flags } = outcome.decision
  return { failed: null, actions: actions.map(actionJson), isKept: implicitKeep, keywords: [...flags] }
}

const messageFor = async (account: MailAccount, emailId: string, bytesMax: number): Promise<SieveMessage | undefined> => {
  const message = messageOfEmail(emailId)
  await using body = message === undefined ? undefined : await account.body(message)
  return body === undefined ? undefined : viewOf(await body.read(0, Math.min(body.sizeBytes, bytesMax)), body.sizeBytes)
}

export const scriptTest: Method = {
  name: 'SieveScript/test',
  capability: capabilities.webmail,
  async run(args, context) {
    const shape = { accountId: id, script: text(sieveLimits.scriptBytesMax), emailIds: listOf(id, Number.POSITIVE_INFINITY) }
    const { accountId, script, emailIds } = readArguments(args, shape)
    if (emailIds.length > emailsMax) throw new MethodFailure('requestTooLarge', `at most ${emailsMax} Emails are looked at`)
    const { account, gone } = context
    const scripts = scriptTexts(scriptsOf(await account.refresh()))
    const bytes = Buffer.from(script, 'utf8')
    const compiled = compileSieve(bytes, scripts, limits)
    if (compiled.is === 'mistakes') {
      const mistake = scriptMistake(bytes)
      return answer({ accountId, error: mistake === undefined ? null : setErrorJson(mistake), list: [], notFound: [] })
    }
    const bytesMax = looksInside(compiled.program) || compiled.program.includes.size > 0 ? messageBytesReadMax : headerBytesReadMax
    const list: JsonObject[] = []
    const notFound: string[] = []
    for (const emailId of new Set(emailIds)) {
      if (gone.aborted) break
      const message = await messageFor(account, emailId, bytesMax)
      if (message === undefined) notFound.push(emailId)
      else list.push({ emailId, ...tried(compiled.program, message, context) })
      await othersTurn()
    }
    return answer({ accountId, error: null, list, notFound })
  },
}
