/**
 * What stands before every verb: the caller's right, the caller's rate, and the word to `watch` afterwards. The party that
 * grants is the party that tells.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle } from '@bulkhead/base/ids.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { BadAsk } from '@bulkhead/door/ask.ts'
import type { WatchEvent } from '@bulkhead/door/contracts/watch.ts'
import { vaultCallers, type VaultCaller, type VaultVerbs } from '@bulkhead/door/contracts/vault.ts'
import { refused, type Handlers, type Reply } from '@bulkhead/door/verbs.ts'
import { spender } from './budgets.ts'
import { rightsOf, type VaultVerb } from './rights.ts'
import type { Vault } from './vault.ts'
import { changeSigner } from './verbs/change-signer.ts'
import { destroy } from './verbs/destroy.ts'
import { enrol } from './verbs/enrol.ts'
import { indexAddress } from './verbs/index-address.ts'
import { newSigner } from './verbs/new-signer.ts'
import { openAddress } from './verbs/open-address.ts'
import { openTrace } from './verbs/open-trace.ts'
import { raiseEpoch } from './verbs/raise-epoch.ts'
import { rotate } from './verbs/rotate.ts'
import { sign } from './verbs/sign.ts'
import { signers } from './verbs/signers.ts'
import { unwrap } from './verbs/unwrap.ts'

export interface Witness {
  readonly meter: Meter
  tell(event: Omit<WatchEvent, 'at'>): void
}

type Fields = Readonly<Record<string, unknown>>
type Act<R> = (vault: Vault, ask: Fields, caller: VaultCaller) => R
type OverRate = { readonly is: 'refused'; readonly refusal: 'overBudget' }

/** These are asked for with every mail, or for every note of a message: they are told as a count, not one by one. */
const counted: ReadonlySet<VaultVerb> = new Set(['index', 'sign', 'signers', 'openTrace'])

type Tally = Map<string, Omit<WatchEvent, 'at' | 'count'> & { count: number }>

const tallied = (tally: Tally, event: Omit<WatchEvent, 'at' | 'count'>): void => {
  const key = JSON.stringify(event)
  const entry = tally.get(key)
  if (entry === undefined) tally.set(key, { ...event, count: 1 })
  else entry.count += 1
}

const subjectOf = (ask: Fields, reply: Reply<VaultVerbs[VaultVerb]> | undefined) => {
  const answer = reply?.is === 'answered' ? reply.answer : {}
  const named = 'account' in answer ? answer.account : (ask['account'] ?? ask['of'])
  const account = typeof named === 'string' ? accountHandle(named) : undefined
  return account === undefined ? {} : { subject: account }
}

/** Why something was shown, or which key was made or changed; the verb has checked it by the time it was granted. */
const whyOf = (verb: VaultVerb, outcome: string, ask: Fields): string => {
  if (outcome !== 'granted') return ''
  const { reason, domain, selector, state } = ask
  if (verb === 'openAddress' || verb === 'openTrace') return `: ${String(reason)}`
  if (verb === 'newSigner') return `: ${String(selector)} of ${String(domain)}`
  return verb === 'changeSigner' ? `: ${String(selector)} of ${String(domain)} ${String(state)}` : ''
}

export interface Guarded {
  readonly handlers: Handlers<VaultVerbs, VaultCaller>
  /** Tells the counts gathered since the last time. */
  flush(): void
}

export const guarded = (vault: Vault, witness: Witness): Guarded => {
  const rights = rightsOf(vault.budgets)
  const spenders = new Map<string, () => boolean>()
  for (const caller of vaultCallers) {
    for (const [verb, rate] of Object.entries(rights[caller])) spenders.set(`${caller} ${verb}`, spender(rate, vault.clock))
  }
  const tally: Tally = new Map()

  const told = (
    verb: VaultVerb,
    caller: VaultCaller,
    outcome: string,
    ask: Fields,
    reply?: Reply<VaultVerbs[VaultVerb]>,
  ): void => {
    witness.meter.count('vault_requests_total', 1, { verb, caller, outcome })
    const event = { kind: `vault.${verb}`, caller, outcome: `${outcome}${whyOf(verb, outcome, ask)}`, ...subjectOf(ask, reply) }
    if (counted.has(verb) && outcome !== 'denied') tallied(tally, event)
    else witness.tell(event)
  }
  /** Undefined where the caller may go on. */
  const stopped = (verb: VaultVerb, caller: VaultCaller, ask: Fields): OverRate | undefined => {
    const spend = spenders.get(`${caller} ${verb}`)
    if (spend === undefined) {
      told(verb, caller, 'denied', ask)
      throw new Fault('misconfigured', `${caller} may not ask for ${verb}`)
    }
    if (spend()) return undefined
    told(verb, caller, 'overRate', ask)
    return refused('overBudget')
  }
  const ended = <R extends Reply<VaultVerbs[VaultVerb]>>(verb: VaultVerb, caller: VaultCaller, ask: Fields, reply: R): R => {
    told(verb, caller, reply.is === 'answered' ? 'granted' : reply.refusal, ask, reply)
    return reply
  }
  const failed = (verb: VaultVerb, caller: VaultCaller, ask: Fields, error: unknown): unknown => {
    told(verb, caller, 'fault', ask)
    return error instanceof BadAsk ? new Fault('misconfigured', `${verb}: bad ${error.message}`) : error
  }

  const guard =
    <R extends Reply<VaultVerbs[VaultVerb]>>(verb: VaultVerb, act: Act<R>) =>
    (ask: Fields, caller: VaultCaller): R | OverRate => {
      const stop = stopped(verb, caller, ask)
      if (stop !== undefined) return stop
      try {
        return ended(verb, caller, ask, act(vault, ask, caller))
      } catch (error) {
        throw failed(verb, caller, ask, error)
      }
    }
  const guardLater =
    <R extends Reply<VaultVerbs[VaultVerb]>>(verb: VaultVerb, act: Act<Promise<R>>) =>
    async (ask: Fields, caller: VaultCaller): Promise<R | OverRate> => {
      const stop = stopped(verb, caller, ask)
      if (stop !== undefined) return stop
      try {
        return ended(verb, caller, ask, await act(vault, ask, caller))
      } catch (error) {
        throw failed(verb, caller, ask, error)
      }
    }

  return {
    handlers: {
      index: guard('index', indexAddress),
      enrol: guard('enrol', enrol),
      unwrap: guard('unwrap', unwrap),
      rotate: guard('rotate', rotate),
      destroy: guard('destroy', destroy),
      raiseEpoch: guard('raiseEpoch', raiseEpoch),
      openAddress: guard('openAddress', openAddress),
      sign: guardLater('sign', sign),
      signers: guard('signers', signers),
      newSigner: guardLater('newSigner', newSigner),
      changeSigner: guard('changeSigner', changeSigner),
      openTrace: guard('openTrace', openTrace),
    },
    flush() {
      for (const event of tally.values()) witness.tell(event)
      tally.clear()
    },
  }
}
