/** `desk`: what an ISP's plans allow, who has which, and who may send as whom. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { PlanLine, PlanLimits, SendingLine } from '@bulkhead/door/contracts/desk.ts'

export interface PlanDirectory {
  plans(): Promise<readonly PlanLine[]>
  /** Makes it, or changes it for all who have it. */
  setPlan(name: string, limits: PlanLimits): Promise<void>
  /** `notEmpty`: somebody has it, or it is the ordinary one. */
  removePlan(name: string): Promise<'removed' | 'noSuchPlan' | 'notEmpty'>
  /** Null: what the brand has, or the ordinary one. */
  givePlan(name: string | null, to: { readonly brand: string } | { readonly account: AccountHandle }): Promise<'given' | 'noSuchPlan' | 'noSuchBrand'>
  sendingOf(account: AccountHandle): Promise<SendingLine>
  publicKeyOf(account: AccountHandle): Promise<Uint8Array | undefined>
  /** Of an address of the account's brand. `sealed`: to its key. */
  addIdentity(account: AccountHandle, index: Uint8Array, sealed: Uint8Array): Promise<'added' | 'exists' | 'noSuchAddress' | 'tooMany'>
  /** False where there was none; an address that leads to the account stays its own. */
  removeIdentity(account: AccountHandle, index: Uint8Array): Promise<boolean>
  /** Whether that changed anything. */
  hold(account: AccountHandle, held: boolean): Promise<boolean>
}
