/**
 * A ManageSieve session after login (RFC 5804). The only code here that reads, performs and writes; what it does was decided by a
 * command over the scripts as they are. They are those of JMAP (RFC 9661): objects of the account's journal.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { newScriptId, scriptsOf } from '@bulkhead/mail/rules/own-rules.ts'
import { parseCommand, verbOf, type Command } from '@bulkhead/wire/managesieve/command.ts'
import { commandReader, type Finding } from '@bulkhead/wire/managesieve/reader.ts'
import { bye, capabilityLines, encodeReply, no, ok, type Reply } from '@bulkhead/wire/managesieve/response.ts'
import { saslMechanisms } from '@bulkhead/wire/sasl/server.ts'
import { notifyMethods } from '@bulkhead/wire/sieve/notify-methods.ts'
import { extensions } from '@bulkhead/wire/sieve/extensions.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import { clientStream, ended, gatherBytesMax, type ClientStream } from '../client-stream.ts'
import type { AccountSession, MailroomSession } from '../mailroom/session.ts'
import { publishOwn, type PublishingPorts } from '../rules/publish-own.ts'
import { tellOfScript } from '../rules/tell-of-script.ts'
import type { SendingPorts } from '../sending/ports.ts'
import { decide } from './commands.ts'
import type { Decision } from './command.ts'
import { scriptTooLarge } from './replies.ts'

/** RFC 5804 section 1.4: 30 minutes at least. */
const idleMs = 1_800_000
/** A client that understands nothing is let go. */
const mistakesMax = 20
/** How often a change is decided anew where another session changed something meanwhile. */
const attemptsMax = 8

const readerLimits = { lineBytesMax: 8_192, literalBytesMax: sieveLimits.scriptBytesMax, skippedBytesMax: 16 * sieveLimits.scriptBytesMax }

type Outcome = 'goOn' | 'over' | 'toTheGate'

export interface ManageSievePorts extends PublishingPorts, Pick<SendingPorts, 'tell'> {}

interface Visit {
  readonly session: AccountSession
  readonly client: ClientStream
  readonly ports: ManageSievePorts
  readonly capabilities: Buffer
}

const storeRefusals = { overQuota: no('There is no room for it', 'QUOTA'), tooLarge: scriptTooLarge } as const

/** Undefined where somebody else changed something meanwhile. */
const changed = async ({ session, ports }: Visit, decision: Extract<Decision, { is: 'change' }>): Promise<Reply | undefined> => {
  const { account, who } = session
  if (decision.changes.length > 0) {
    const done = await account.setObjects(decision.changes, account.state().seq)
    if (done.is !== 'done') return done.why === 'conflict' ? undefined : storeRefusals[done.why]
    tellOfScript(ports.tell, account)
  }
  // Also where nothing changed, so that what failed before is mended by trying again.
  if ((await publishOwn(ports, account, who.login)) === 'tooLarge') return no('All rules together are too large', 'QUOTA/MAXSIZE')
  return decision.reply
}

const perform = async (visit: Visit, command: Command): Promise<Outcome> => {
  const { session, client, capabilities } = visit
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const decision = decide(command, { scripts: scriptsOf(await session.account.refresh()), capabilities, newId: newScriptId })
    switch (decision.is) {
      case 'logOut':
        client.put(encodeReply(ok('Logging out')))
        return 'over'
      case 'unauthenticate': {
        const mayLeave = session.gatehouse() !== undefined
        client.put(encodeReply(mayLeave ? ok('Nobody is logged in now') : no('Not now, try again later', 'TRYLATER')))
        return mayLeave ? 'toTheGate' : 'goOn'
      }
      case 'say':
        for (const line of decision.lines) client.put(line)
        client.put(encodeReply(decision.reply))
        return 'goOn'
      case 'change': {
        const reply = await changed(visit, decision)
        if (reply === undefined) continue
        client.put(encodeReply(reply))
        return 'goOn'
      }
    }
  }
  client.put(encodeReply(no('Somebody else changes scripts at the moment', 'TRYLATER')))
  return 'goOn'
}

/** Commands say what they say at once, so that a fault comes before any of it. */
const performSafely = async (visit: Visit, command: Command): Promise<Outcome> => {
  try {
    return await perform(visit, command)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    visit.session.log.error('managesieveFault', error, { doing: command.verb })
    visit.client.put(encodeReply(no('Temporarily not available', 'TRYLATER')))
    return 'goOn'
  }
}

const wantsScript = ['PUTSCRIPT', 'CHECKSCRIPT']

/** Until the session is over; the last reply is not yet sent. Gives what the client sent after it. */
const serve = async (visit: Visit): Promise<{ readonly outcome: Exclude<Outcome, 'goOn'>; readonly unread: Buffer }> => {
  const { client } = visit
  const reader = commandReader(readerLimits)
  let mistakes = 0
  const over = () => ({ outcome: 'over', unread: reader.rest() } as const)
  const mistake = (text: string): Outcome => {
    mistakes += 1
    client.put(encodeReply(mistakes < mistakesMax ? no(text) : bye('Too many mistakes')))
    return mistakes < mistakesMax ? 'goOn' : 'over'
  }
  const answer = (finding: Finding): Outcome | Promise<Outcome> => {
    if (finding.is === 'fatal') {
      client.put(encodeReply(bye(finding.text)))
      return 'over'
    }
    if (finding.is === 'bad') return mistake(finding.text)
    if (finding.is === 'tooLarge') {
      if (!wantsScript.includes(verbOf(finding.words))) return mistake('Literal too long')
      client.put(encodeReply(scriptTooLarge))
      return 'goOn'
    }
    const parsed = parseCommand(finding.words)
    return parsed.is === 'refused' ? mistake(parsed.text) : performSafely(visit, parsed.command)
  }
  for (;;) {
    const finding = reader.next()
    if (finding !== undefined) {
      const outcome = await answer(finding)
      if (outcome !== 'goOn') return { outcome, unread: reader.rest() }
      if (client.gatheredBytes >= gatherBytesMax && !(await client.flush())) return over()
      continue
    }
    if (!(await client.flush())) return over()
    const read = await client.read(idleMs)
    if (read === 'idle') client.put(encodeReply(bye('Idle for too long')))
    if (read === 'stopping') client.put(encodeReply(bye('Closing, come back later', 'TRYLATER')))
    if (typeof read === 'string') return over()
    reader.push(read)
  }
}

export const manageSieve = (ports: ManageSievePorts): Extract<MailroomSession, { opens: 'account' }> => ({
  opens: 'account',
  async run(session) {
    const client = clientStream(session.socket, session.firstBytes, session.stopping)
    session.meter.count('managesieve_sessions')
    const capabilities = capabilityLines({
      saslMechanisms, startTls: false, extensions, redirectsMax: sieveLimits.redirectsMax, notifies: notifyMethods, owner: session.who.login,
    })
    client.put(encodeReply(ok('Logged in')))
    const { outcome, unread } = await serve({ session, client, ports, capabilities })
    await client.flush()
    const gatehouse = outcome === 'toTheGate' ? session.gatehouse() : undefined
    await (gatehouse === undefined ? ended(session.socket) : gatehouse.logInAgain(unread))
  },
})
