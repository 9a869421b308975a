/** Delivery rules as they are used: opened once for each version, their script compiled. Bounded; the oldest go first. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { RulesReader } from '@bulkhead/mail/ports/rules.ts'
import { openRules, type DeliveryRules } from '@bulkhead/mail/rules/delivery-rules.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { compileSieve, type Program } from '@bulkhead/wire/sieve/compile.ts'

export interface UsableRules {
  readonly rules: DeliveryRules
  /** Null: there is no script, or it is `broken`. */
  readonly program: Program | null
  /** Why nothing of them, or no script, can be used; then what they would have done is not done, and the message is kept. */
  readonly broken: string | null
}

export interface RuleBook {
  /** Undefined where there are none. Rejects where they can't be asked for. */
  of(account: AccountHandle, version: number): Promise<UsableRules | undefined>
}

export interface RuleBookPorts {
  readonly rules: RulesReader
  readonly sealing: Sealing
  readonly privateKey: Secret<Uint8Array>
  readonly log: Log
}

const heldMax = 2_000
const nothing: DeliveryRules = { script: null, included: [], vacation: null, forwarding: null, own: [], mailboxes: [], specialUses: [], mailboxIds: [] }

const usable = (rules: DeliveryRules): UsableRules => {
  if (rules.script === null) return { rules, program: null, broken: null }
  const compiled = compileSieve(Buffer.from(rules.script, 'utf8'), (name) => rules.included.find((one) => one.name === name)?.text)
  if (compiled.is === 'program') return { rules, program: compiled.program, broken: null }
  const [first] = compiled.mistakes
  return { rules, program: null, broken: `line ${first?.line ?? 0}: ${first?.message ?? ''}` }
}

export const ruleBook = ({ rules, sealing, privateKey, log }: RuleBookPorts): RuleBook => {
  const held = new Map<string, UsableRules>()
  return {
    async of(account, version) {
      const key = `${account} ${version}`
      const known = held.get(key)
      if (known !== undefined) return known
      const sealed = await rules.rulesOf(account)
      if (sealed === undefined) return undefined
      let opened: UsableRules
      try {
        opened = usable(openRules(sealing, privateKey, account, sealed))
      } catch (error) {
        log.error('rulesNotOpened', error)
        opened = { rules: nothing, program: null, broken: 'the rules can not be opened' }
      }
      held.set(key, opened)
      const oldest = held.size > heldMax ? held.keys().next().value : undefined
      if (oldest !== undefined) held.delete(oldest)
      return opened
    },
  }
}
