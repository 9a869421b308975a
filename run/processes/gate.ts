/** The gate's composition root: everything before login, and SMTP from the world. It reaches no store, vault or warden. */
import { Fault } from '@bulkhead/base/fault.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { MailroomFact, StsServing } from '@bulkhead/door/contracts/start.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { Gate } from '@bulkhead/front/gate/gate.ts'
import { gatePolicy } from '@bulkhead/front/gate/policy.ts'
import { site } from '@bulkhead/front/gate/web/site.ts'
import type { Change, Role } from './role.ts'
import { pathsTo } from './ways.ts'
import { webFiles } from './web-files.ts'

/** Each in its turn: a session that breaks is with another one when the sender tries again. */
const inTurn = (ready: () => readonly string[]): (() => string) => {
  let turn = 0
  return () => {
    const paths = ready()
    turn = (turn + 1) % paths.length
    return paths[turn] ?? ''
  }
}

const doorPath = (knocks: Readonly<Record<string, string>>, process: string): string => {
  const path = knocks[process]
  if (path === undefined) throw new Fault('misconfigured', `the gate has no way to ${process}`)
  return path
}

const stsOf = ({ policy, domains }: StsServing) => ({ policy, domains: new Set(domains) })

export const gate: Role<'gate'> = async (start, { log, meter, clock, tell }) => {
  const warden = knock<WardenVerbs>(doorPath(start.knocks, 'warden'))
  let mailrooms: readonly MailroomFact[] = start.mailrooms
  let intakes = start.intakes
  let { reception } = start
  let sts = stsOf(start.sts)
  let { web } = start
  const everyIntake = pathsTo(start.knocks, 'intake')
  const door = new Gate({
    surroundings: {
      hostName: start.hostName,
      limits: start.limits,
      policy: gatePolicy,
      sessions: start.sessions,
      plainLoginOnLoopback: start.plainLoginOnLoopback,
      intakePath: inTurn(() => (intakes.length === 0 ? everyIntake : intakes)),
      reception: () => reception,
      sts: () => sts,
      warden,
      mailrooms: () => mailrooms,
      log,
      meter,
      tell,
    },
    listeners: start.listeners,
    tls: start.tls,
    httpsTls: start.httpsTls,
    proxyFrom: start.proxyFrom,
    site: site(webFiles()),
    web: () => web,
    now: () => clock.now(),
  })
  await door.listen()
  log.info('gateOpen', { listeners: start.listeners.length })

  return {
    apply(change: Change): void {
      if (change.say === 'mailrooms') mailrooms = change.mailrooms
      if (change.say === 'intakes') intakes = change.intakes
      if (change.say === 'sts') sts = stsOf(change.sts)
      if (change.say === 'web') web = change.web
      if (change.say === 'reception') reception = change.reception
      if (change.say !== 'tls' && change.say !== 'httpsTls') return
      try {
        if (change.say === 'tls') door.renewTls(change.tls)
        else door.renewHttpsTls(change.tls)
        log.info('tlsRenewed')
      } catch (error) {
        // A certificate that can't be used must not take away the one that can.
        log.error('tlsNotRenewed', error)
      }
    },
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]()
      warden[Symbol.dispose]()
    },
  }
}
