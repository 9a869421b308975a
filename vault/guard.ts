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
import { destroy } from './verbs/destroy.ts'
import { enrol } from './verbs/enrol.ts'
import { indexAddress } from './verbs/index-address.ts'
import { openAddress } from './verbs/open-address.ts'
import { raiseEpoch } from './verbs/raise-epoch.ts'
import { rotate } from './verbs/rotate.ts'
import { unwrap } from './verbs/unwrap.ts'

export interface Witness {
  readonly meter: Meter
  tell(event: Omit<WatchEvent, 'at'>): void
}

type Fields = Readonly<Record<string, unknown>>
type Act<R> = (vault: Vault, ask: Fields, caller: VaultCaller) => R
type OverRate = { readonly is: 'refused'; readonly refusal: 'overBudget' }

/** Indexes are asked for with every mail and tell nothing alone: they are told as a count per caller, not one by one. */
const indexTally = (): { note(caller: VaultCaller, outcome: string): void; flush(witness: Witness): void } => {
  const tally = new Map<string, number>()
  return {
    note: (caller, outcome) => void tally.set(`${caller} ${outcome}`, (tally.get(`${caller} ${outcome}`) ?? 0) + 1),
    flush({ tell }) {
      for (const [key, count] of tally) {
        const [caller = '', outcome = ''] = key.split(' ')
        tell({ kind: 'vault.index', caller, outcome, count })
      }
      tally.clear()
    },
  }
}

const subjectOf = (ask: Fields, reply: Reply<VaultVerbs[VaultVerb]> | undefined) => {
  const answer = reply?.is === 'answered' ? reply.answer : {}
  const named = 'account' in answer ? answer.account : (ask['account'] ?? ask['of'])
  const account = typeof named === 'string' ? accountHandle(named) : undefined
  return account === undefined ? {} : { subject: account }
}

/** The reason an address was shown, which `reasonOf` has checked by the time it was granted. */
const whyOf = (verb: VaultVerb, outcome: string, ask: Fields): string => {
  const { reason } = ask
  return verb === 'openAddress' && outcome === 'granted' && typeof reason === 'string' ? `: ${reason}` : ''
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
  const indexes = indexTally()

  const told = (
    verb: VaultVerb,
    caller: VaultCaller,
    outcome: string,
    ask: Fields,
    reply?: Reply<VaultVerbs[VaultVerb]>,
  ): void => {
    witness.meter.count('vault_requests_total', 1, { verb, caller, outcome })
    if (verb === 'index' && outcome !== 'denied') indexes.note(caller, outcome)
    else witness.tell({ kind: `vault.${verb}`, caller, outcome: `${outcome}${whyOf(verb, outcome, ask)}`, ...subjectOf(ask, reply) })
  }

  const guard =
    <R extends Reply<VaultVerbs[VaultVerb]>>(verb: VaultVerb, act: Act<R>) =>
    (ask: Fields, caller: VaultCaller): R | OverRate => {
      const spend = spenders.get(`${caller} ${verb}`)
      if (spend === undefined) {
        told(verb, caller, 'denied', ask)
        throw new Fault('misconfigured', `${caller} may not ask for ${verb}`)
      }
      if (!spend()) {
        told(verb, caller, 'overRate', ask)
        return refused('overBudget')
      }
      try {
        const reply = act(vault, ask, caller)
        told(verb, caller, reply.is === 'answered' ? 'granted' : reply.refusal, ask, reply)
        return reply
      } catch (error) {
        told(verb, caller, 'fault', ask)
        throw error instanceof BadAsk ? new Fault('misconfigured', `${verb}: bad ${error.message}`) : error
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
    },
    flush: () => indexes.flush(witness),
  }
}
