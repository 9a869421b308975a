/**
 * The desk's door for the command line (and, later, the consoles): what an ISP does with brands, domains, accounts.
 * Addresses come in as text and are turned into blind indexes at once.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Base64, Signer } from './vault.ts'

export const accountStates = ['active', 'dormant', 'suspended', 'cancelled'] as const
export type AccountState = (typeof accountStates)[number]

export interface AccountLine {
  readonly account: AccountHandle
  readonly state: AccountState
  readonly brand: string
  readonly createdAt: string
  readonly lastLoginAt: string | null
  readonly quotaBytes: number | null
  readonly quotaMessages: number | null
  readonly usedBytes: number
  readonly messages: number
  /** Only where it was asked for with a reason and the vault's budget allowed; else null. */
  readonly address: string | null
  readonly aliases: number
}

type Refusal = 'noSuchBrand' | 'noSuchDomain' | 'noSuchAccount' | 'exists' | 'neverAgain' | 'badAddress' | 'badDomain' | 'badName' | 'weakPassword' | 'wrong' | 'overBudget' | 'notEmpty' | 'badTransition' | 'noEscrow' | 'noSuchKey' | 'badKeyChange' | 'tooManyKeys' | 'badSetting' | 'noSuchPlan' | 'planInUse' | 'noSuchIdentity'

export type DeskVerbs = {
  readonly brandAdd: { readonly ask: { readonly brand: string; readonly name: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly brandList: { readonly ask: Record<never, never>; readonly answer: { readonly brands: readonly { readonly brand: string; readonly name: string; readonly domains: readonly string[] }[] }; readonly refusal: Refusal }
  /** JSON of a `BrandLook` (`brand.ts`); null: it has the plain one. */
  readonly brandLook: { readonly ask: { readonly brand: string }; readonly answer: { readonly look: string | null }; readonly refusal: Refusal }
  readonly brandLookSet: { readonly ask: { readonly brand: string; readonly look: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly domainAdd: { readonly ask: { readonly domain: string; readonly brand: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly domainList: { readonly ask: Record<never, never>; readonly answer: { readonly domains: readonly { readonly domain: string; readonly brand: string }[] }; readonly refusal: Refusal }
  readonly domainRemove: { readonly ask: { readonly domain: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** DKIM keys, public halves alone. `inDns` null: nobody could say. */
  /** What DNS should say of a domain, and where `look` is set what it says. */
  readonly domainCheck: { readonly ask: { readonly domain: string; readonly look: boolean }; readonly answer: { readonly lines: readonly DomainLine[] }; readonly refusal: Refusal }
  readonly signerList: { readonly ask: { readonly domain: string }; readonly answer: { readonly signers: readonly SignerLine[] }; readonly refusal: Refusal }
  /** An RSA and an Ed25519 key. */
  readonly signerNew: { readonly ask: { readonly domain: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly signerChange: { readonly ask: { readonly domain: string; readonly selector: string; readonly state: 'signing' | 'retired' | 'destroyed' }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** What others reported of a domain in the last days; `summary` is JSON as `flow/reports/summaries.ts` has it. */
  readonly reportsOf: { readonly ask: { readonly domain: string; readonly days: number }; readonly answer: { readonly reports: readonly ReportLine[] }; readonly refusal: Refusal }
  /** What people reported of their mail, newest day first; `campaign` is a pseudonym. */
  readonly personReports: { readonly ask: { readonly days: number }; readonly answer: { readonly lines: readonly { readonly day: string; readonly kind: string; readonly domain: string; readonly campaign: string; readonly count: number }[] }; readonly refusal: Refusal }
  readonly accountAdd: { readonly ask: { readonly address: string; readonly password: Base64; readonly quotaBytes: number | null }; readonly answer: { readonly account: AccountHandle }; readonly refusal: Refusal }
  readonly accountShow: { readonly ask: { readonly address: string }; readonly answer: AccountLine; readonly refusal: Refusal }
  /** Whose pseudonym it is. */
  readonly accountWho: { readonly ask: { readonly pseudonym: string; readonly reason: string }; readonly answer: { readonly account: AccountHandle; readonly state: AccountState; readonly brand: string; readonly address: string | null }; readonly refusal: Refusal }
  readonly accountList: { readonly ask: { readonly after: string | null; readonly limit: number; readonly showAddresses: boolean; readonly reason: string }; readonly answer: { readonly accounts: readonly AccountLine[]; readonly next: string | null }; readonly refusal: Refusal }
  /** `cancelled` destroys the account's key at once and for ever; no way back. */
  readonly accountState: { readonly ask: { readonly address: string; readonly state: AccountState }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly accountQuota: { readonly ask: { readonly address: string; readonly quotaBytes: number | null }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly accountMessages: { readonly ask: { readonly address: string; readonly quotaMessages: number | null }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** The empty brand is the whole ISP. `decided`: here, and not by the ISP or by default. */
  readonly filterPolicy: { readonly ask: { readonly brand: string }; readonly answer: { readonly settings: readonly { readonly key: string; readonly value: string; readonly decided: boolean }[]; readonly allowed: number; readonly denied: number }; readonly refusal: Refusal }
  /** Keys and values of `mail/filtering/settings.ts`; null takes the decision back. */
  readonly filterSetting: { readonly ask: { readonly brand: string; readonly key: string; readonly value: string | null }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** Filters, forwarding and vacation of a person: whether there are some, and whether an operator switched them off. */
  readonly rulesShow: { readonly ask: { readonly address: string }; readonly answer: { readonly hasRules: boolean; readonly isOff: boolean }; readonly refusal: Refusal }
  readonly rulesSwitch: { readonly ask: { readonly address: string; readonly off: boolean }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly filterShow: { readonly ask: { readonly address: string }; readonly answer: FilterLine; readonly refusal: Refusal }
  readonly filterChoice: { readonly ask: { readonly address: string; readonly stage: FilterStageName; readonly choice: 'on' | 'mark' | 'off' | null }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** A null address: the list of the whole ISP. */
  readonly filterEntry: { readonly ask: { readonly list: 'allow' | 'deny'; readonly entry: string; readonly adds: boolean; readonly address: string | null }; readonly answer: Record<never, never>; readonly refusal: Refusal | 'tooMany' | 'noSuchEntry' | 'badEntry' }
  readonly aliasAdd: { readonly ask: { readonly alias: string; readonly address: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly aliasRemove: { readonly ask: { readonly alias: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly passwordChange: { readonly ask: { readonly address: string; readonly oldPassword: Base64; readonly newPassword: Base64; readonly proof: boolean }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** With the account's private key recovered from W4 by the ISP's custodians (`./bulkhead credential recover`). */
  readonly passwordReset: { readonly ask: { readonly address: string; readonly privateKey: Base64; readonly newPassword: Base64 }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** The W4 wrap of one account, for its ISP's custodians. Told to `watch` with the reason. */
  readonly escrowOf: { readonly ask: { readonly address: string; readonly reason: string }; readonly answer: { readonly escrow: Base64 }; readonly refusal: Refusal }
  /** Every credential of an account (`of` is its address), a brand, or the ISP dies at once. */
  readonly credentialsKill: { readonly ask: { readonly scope: 'account' | 'set' | 'cell'; readonly of: string }; readonly answer: { readonly epoch: number }; readonly refusal: Refusal }
  /** The account of `address` may send as `as`, which leads elsewhere in its brand. */
  readonly identityAdd: { readonly ask: { readonly as: string; readonly address: string }; readonly answer: Record<never, never>; readonly refusal: Refusal | 'tooMany' }
  readonly identityRemove: { readonly ask: { readonly as: string; readonly address: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /**
   * A notice of the ISP to one account (`to`, an address) or to a page of all in the order of their handles, `after` the last one before.
   * `notice` names it: who has it already gets none again within a day. An empty `from` is the brand's own. Told to `watch` with the reason.
   */
  readonly noticeSend: { readonly ask: { readonly notice: string; readonly to: string | null; readonly after: string | null; readonly brand: string; readonly from: string; readonly subject: string; readonly text: string; readonly language: 'ja' | 'en'; readonly atMs: number; readonly reason: string }; readonly answer: { readonly stored: number; readonly overQuota: number; readonly gone: number; readonly away: number; readonly next: string | null }; readonly refusal: Refusal | 'badNotice' | 'notRunning' }
  readonly planList: { readonly ask: Record<never, never>; readonly answer: { readonly plans: readonly PlanLine[] }; readonly refusal: Refusal }
  /** Makes a plan, or changes it for all who have it. Null is without a limit. */
  readonly planSet: { readonly ask: { readonly plan: string; readonly limits: PlanLimits }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly planRemove: { readonly ask: { readonly plan: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /** To a brand or an account, the other being empty; an empty plan gives back what the brand has, or the ordinary one. */
  readonly planGive: { readonly ask: { readonly plan: string; readonly brand: string; readonly address: string }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  readonly sendingShow: { readonly ask: { readonly address: string }; readonly answer: SendingLine; readonly refusal: Refusal }
  /** Holds all an account sends, or lets it go with what waits; how many recipients that touched. */
  readonly sendingHold: { readonly ask: { readonly address: string; readonly held: boolean }; readonly answer: { readonly recipients: number }; readonly refusal: Refusal }
  /** `sender`: an address, or the pseudonym that lists show. `olderThanMs`: queued so long ago. Null: not asked about. */
  readonly queueList: { readonly ask: { readonly message: string | null; readonly domain: string | null; readonly state: QueueState | null; readonly sender: string | null; readonly olderThanMs: number; readonly limit: number }; readonly answer: { readonly items: readonly QueueLine[] }; readonly refusal: Refusal | 'noSuchMessage' }
  readonly queueSummary: { readonly ask: { readonly limit: number }; readonly answer: { readonly domains: readonly QueueTotals[] }; readonly refusal: Refusal }
  readonly queueAct: { readonly ask: { readonly message: string; readonly act: QueueAct }; readonly answer: { readonly recipients: number }; readonly refusal: Refusal | 'noSuchMessage' }
  /** Every message of a domain, a sender, or both. */
  readonly queueActOnAll: { readonly ask: { readonly domain: string | null; readonly sender: string | null; readonly act: QueueAct }; readonly answer: { readonly recipients: number }; readonly refusal: Refusal }
  /** `domain` `*`: all; `forMs` 0: goes on. */
  readonly queuePause: { readonly ask: { readonly domain: string; readonly forMs: number }; readonly answer: Record<never, never>; readonly refusal: Refusal }
  /**
   * What became of messages: by a text (an address that sent or received, a Message-ID, the other side's IP address), by the
   * trace's own id of a message, or all of a time. Told to `watch` with the reason.
   */
  readonly traceFind: { readonly ask: { readonly by: 'text' | 'message' | 'time'; readonly text: string; readonly sinceMs: number; readonly untilMs: number; readonly limit: number; readonly reason: string }; readonly answer: { readonly lines: readonly TraceLine[]; readonly more: boolean }; readonly refusal: Refusal }
}

/** One note of the trace, opened. */
export interface TraceLine {
  readonly at: string
  readonly message: string
  readonly hop: string
  readonly state: string
  readonly from: string
  readonly to: readonly string[]
  readonly messageId: string | null
  readonly peer: string | null
  readonly facts: Readonly<Record<string, string>>
}

/** One thing that DNS (or HTTPS, for the MTA-STS policy) should say of a domain. */
export interface DomainLine {
  /** `MX`, `SPF`, `DKIM s202611-rsa`. */
  readonly what: string
  readonly rfc: string
  /** Mail does not work without what is necessary. */
  readonly need: 'necessary' | 'recommended' | 'optional'
  readonly name: string
  /** Of the record; `HTTPS` for the policy. */
  readonly type: string
  /** As in a zone file, without name and type. */
  readonly wanted: readonly string[]
  readonly found: readonly string[]
  /** `away`: nobody could say. `unasked`: nobody was asked. */
  readonly state: 'good' | 'missing' | 'wrong' | 'away' | 'unasked'
  /** What to do, and why; may be empty. */
  readonly advice: string
  /** Lines of a zone file that make it good. */
  readonly zone: readonly string[]
}

export interface SignerLine extends Signer {
  /** The TXT record that shows the key, its strings at most 255 octets each. */
  readonly record: { readonly name: string; readonly strings: readonly string[] }
  readonly inDns: boolean | null
}

export type FilterStageName = 'virus' | 'allow' | 'deny' | 'spam' | 'forged'

/** How one account's mail is judged, and what was written down of its decisions, newest first. */
export interface FilterLine {
  readonly stages: readonly { readonly stage: FilterStageName; readonly mode: 'enforce' | 'mark' | 'off'; readonly choice: 'on' | 'mark' | 'off' | null }[]
  readonly allowed: number
  readonly denied: number
  readonly decisions: readonly { readonly at: string; readonly what: string; readonly value: string | null; readonly caller: string }[]
}

/** What may be sent on a plan; null is without a limit. */
export interface PlanLimits {
  readonly recipientsPerMessage: number | null
  readonly messagesPerHour: number | null
  readonly messagesPerDay: number | null
  readonly recipientsPerHour: number | null
  readonly recipientsPerDay: number | null
  /** The highest MT-PRIORITY (RFC 6710); who asks for more gets this. */
  readonly priorityMax: number
  /** A sudden rise is held back until somebody looks. */
  readonly holdsBursts: boolean
  /** What is submitted is filed into the mailbox for sent mail, too. */
  readonly filesSent: boolean
}

export interface PlanLine {
  readonly plan: string
  readonly limits: PlanLimits
  readonly brands: readonly string[]
  /** Accounts with this plan of their own. */
  readonly accounts: number
}

export interface SendingLine {
  readonly plan: string
  readonly held: boolean
  readonly messagesThisHour: number
  readonly messagesToday: number
  readonly recipientsThisHour: number
  readonly recipientsToday: number
}

export interface ReportLine {
  readonly kind: 'dmarc' | 'tls' | 'arf'
  /** UTC. */
  readonly day: string
  /** Whether DMARC passed for `from`; else anybody may have written it. */
  readonly authenticated: boolean
  readonly from: string
  readonly id: string
  readonly summary: string
}

type QueueAct = 'hold' | 'release' | 'retry' | 'drop' | 'discard' | 'requeue'

export const queueStates = ['queued', 'scheduled', 'deferred', 'held', 'sending', 'bounced'] as const
export type QueueState = (typeof queueStates)[number]

export interface QueueLine {
  readonly id: string
  readonly domain: string
  readonly state: QueueState
  readonly attempts: number
  /** Null for what was given up. */
  readonly nextAttemptAt: string | null
  readonly queuedAt: string
  readonly sizeBytes: number
  /** SMTP code and enhanced code of the last answer; the peer's text may name addresses and stays sealed. */
  readonly lastStatus: string | null
  /** Pseudonym of the account that sent it; null for reports and what is passed on. */
  readonly sender: string | null
  readonly priority: number
}

/** Recipients. `*` stands for all domains. */
export interface QueueTotals {
  readonly domain: string
  readonly waiting: number
  readonly deferred: number
  readonly held: number
  readonly bounced: number
  readonly oldestAt: string | null
  readonly pausedUntil: string | null
}
