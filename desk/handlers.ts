/**
 * The desk: what an ISP does with brands, domains and accounts. It turns addresses into blind indexes at once, has no
 * key and reads no verifier. Each verb is a file in `verbs/`; where one writes to several places, the order is such that
 * running it again after a crash completes it.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { BadAsk } from '@bulkhead/door/ask.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { Handlers, Reply } from '@bulkhead/door/verbs.ts'
import type { Desk, DeskVerb } from './desk.ts'
import { accountAdd } from './verbs/account-add.ts'
import { accountList } from './verbs/account-list.ts'
import { accountMessages } from './verbs/account-messages.ts'
import { accountQuota } from './verbs/account-quota.ts'
import { accountShow } from './verbs/account-show.ts'
import { accountState } from './verbs/account-state.ts'
import { accountWho } from './verbs/account-who.ts'
import { aliasAdd } from './verbs/alias-add.ts'
import { aliasRemove } from './verbs/alias-remove.ts'
import { brandAdd } from './verbs/brand-add.ts'
import { brandLook, brandLookSet } from './verbs/brand-look.ts'
import { brandList } from './verbs/brand-list.ts'
import { credentialsKill } from './verbs/credentials-kill.ts'
import { domainAdd } from './verbs/domain-add.ts'
import { domainCheck } from './verbs/domain-check.ts'
import { domainList } from './verbs/domain-list.ts'
import { domainRemove } from './verbs/domain-remove.ts'
import { escrowOf } from './verbs/escrow-of.ts'
import { filterChoice } from './verbs/filter-choice.ts'
import { filterEntry } from './verbs/filter-entry.ts'
import { filterPolicy } from './verbs/filter-policy.ts'
import { filterSetting } from './verbs/filter-setting.ts'
import { filterShow } from './verbs/filter-show.ts'
import { rulesShow } from './verbs/rules-show.ts'
import { rulesSwitch } from './verbs/rules-switch.ts'
import { identityAdd } from './verbs/identity-add.ts'
import { identityRemove } from './verbs/identity-remove.ts'
import { noticeSend } from './verbs/notice-send.ts'
import { passwordChange } from './verbs/password-change.ts'
import { passwordReset } from './verbs/password-reset.ts'
import { personReports } from './verbs/person-reports.ts'
import { planGive } from './verbs/plan-give.ts'
import { planList } from './verbs/plan-list.ts'
import { planRemove } from './verbs/plan-remove.ts'
import { planSet } from './verbs/plan-set.ts'
import { queueAct } from './verbs/queue-act.ts'
import { queueActOnAll } from './verbs/queue-act-on-all.ts'
import { queueList } from './verbs/queue-list.ts'
import { queuePause } from './verbs/queue-pause.ts'
import { queueSummary } from './verbs/queue-summary.ts'
import { sendingHold } from './verbs/sending-hold.ts'
import { sendingShow } from './verbs/sending-show.ts'
import { traceFind } from './verbs/trace-find.ts'
import { reportsOf } from './verbs/reports-of.ts'
import { signerChange } from './verbs/signer-change.ts'
import { signerList } from './verbs/signer-list.ts'
import { signerNew } from './verbs/signer-new.ts'

/** Reading the lists of brands, domains and keys, or the queue's lines, tells nothing of a person. */
const untold: ReadonlySet<keyof DeskVerbs> = new Set([
  'brandList', 'brandLook', 'filterPolicy', 'domainList', 'domainCheck', 'planList', 'queueList', 'queueSummary', 'signerList', 'reportsOf', 'personReports',
])

export const deskHandlers = (desk: Desk): Handlers<DeskVerbs, string> => {
  const guard =
    <K extends keyof DeskVerbs>(verb: K, act: DeskVerb<K>) =>
    async (ask: Readonly<Record<string, unknown>>, caller: string): Promise<Reply<DeskVerbs[K]>> => {
      const told = (outcome: string, about?: AccountHandle, why?: string): void => {
        desk.meter.count('desk_requests_total', 1, { verb, outcome })
        if (untold.has(verb)) return
        const full = why === undefined ? outcome : `${outcome}: ${why}`
        desk.tell({ kind: `desk.${verb}`, caller, outcome: full, ...(about === undefined ? {} : { subject: about }) })
      }
      try {
        const { about, why, ...reply } = await act(desk, ask, caller)
        told(reply.is === 'answered' ? 'granted' : reply.refusal, about, why)
        return reply as Reply<DeskVerbs[K]>
      } catch (error) {
        told('fault')
        throw error instanceof BadAsk ? new Fault('misconfigured', `${verb}: bad ${error.message}`) : error
      }
    }
  return {
    brandAdd: guard('brandAdd', brandAdd),
    brandList: guard('brandList', brandList),
    brandLook: guard('brandLook', brandLook),
    brandLookSet: guard('brandLookSet', brandLookSet),
    domainAdd: guard('domainAdd', domainAdd),
    domainList: guard('domainList', domainList),
    domainCheck: guard('domainCheck', domainCheck),
    domainRemove: guard('domainRemove', domainRemove),
    accountAdd: guard('accountAdd', accountAdd),
    accountShow: guard('accountShow', accountShow),
    accountList: guard('accountList', accountList),
    accountWho: guard('accountWho', accountWho),
    accountState: guard('accountState', accountState),
    accountMessages: guard('accountMessages', accountMessages),
    filterPolicy: guard('filterPolicy', filterPolicy),
    filterSetting: guard('filterSetting', filterSetting),
    filterShow: guard('filterShow', filterShow),
    rulesShow: guard('rulesShow', rulesShow),
    rulesSwitch: guard('rulesSwitch', rulesSwitch),
    filterChoice: guard('filterChoice', filterChoice),
    filterEntry: guard('filterEntry', filterEntry),
    accountQuota: guard('accountQuota', accountQuota),
    aliasAdd: guard('aliasAdd', aliasAdd),
    aliasRemove: guard('aliasRemove', aliasRemove),
    passwordChange: guard('passwordChange', passwordChange),
    passwordReset: guard('passwordReset', passwordReset),
    escrowOf: guard('escrowOf', escrowOf),
    credentialsKill: guard('credentialsKill', credentialsKill),
    identityAdd: guard('identityAdd', identityAdd),
    identityRemove: guard('identityRemove', identityRemove),
    noticeSend: guard('noticeSend', noticeSend),
    personReports: guard('personReports', personReports),
    planList: guard('planList', planList),
    planSet: guard('planSet', planSet),
    planRemove: guard('planRemove', planRemove),
    planGive: guard('planGive', planGive),
    sendingShow: guard('sendingShow', sendingShow),
    sendingHold: guard('sendingHold', sendingHold),
    queueList: guard('queueList', queueList),
    queueSummary: guard('queueSummary', queueSummary),
    queueAct: guard('queueAct', queueAct),
    queueActOnAll: guard('queueActOnAll', queueActOnAll),
    queuePause: guard('queuePause', queuePause),
    traceFind: guard('traceFind', traceFind),
    reportsOf: guard('reportsOf', reportsOf),
    signerList: guard('signerList', signerList),
    signerNew: guard('signerNew', signerNew),
    signerChange: guard('signerChange', signerChange),
  }
}
