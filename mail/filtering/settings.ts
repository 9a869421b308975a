/**
 * What an ISP, a brand and a person decide about mail that arrives. One flat table of settings: a brand's value, else the
 * ISP's, else the default; a person's choice narrows a stage or turns it off. Values are short texts, so that they can be
 * typed, stored and shown as they are.
 */
import { domainName } from '../address/domain.ts'

/** In the order in which they are asked, which is the order shown to customers. */
export const filterStages = ['virus', 'allow', 'deny', 'spam', 'forged'] as const
export type FilterStage = (typeof filterStages)[number]

/** `mark`: the message is delivered as ever, and says what was found. */
export const stageModes = ['enforce', 'mark', 'off'] as const
export type StageMode = (typeof stageModes)[number]

/** `presumed`: on until the person says no. `asked`: off until the person says yes (Telecommunications Business Act, article 4). */
export const consents = ['presumed', 'asked'] as const

/** What a person may say of a stage. `on` means as the brand does it. */
export const choices = ['on', 'mark', 'off'] as const
export type Choice = (typeof choices)[number]
export type Choices = Readonly<Partial<Record<FilterStage, Choice>>>

const headerName = /^[A-Za-z][A-Za-z0-9-]{0,60}$/
/** Fields that carry meaning for others are not ours to write. */
const headerNameMust = 'a field name that begins with X-, or nothing for no such field'
const domainsMax = 20
const domainsMust = `at most ${domainsMax} domains in lower case with commas between, or nothing`
const markLengthMax = 32
// eslint-disable-next-line no-control-regex
const notInMark = /[\u0000-\u001f\u007f]/

type Rule = readonly string[] | 'header' | 'mark' | 'domains'

interface Setting {
  readonly rule: Rule
  readonly otherwise: string
}

const one = <const T extends readonly string[]>(rule: T, otherwise: T[number]): { readonly rule: T; readonly otherwise: T[number] } => ({ rule, otherwise })
const header = (otherwise: string) => ({ rule: 'header', otherwise }) as const
const mark = (otherwise: string) => ({ rule: 'mark', otherwise }) as const
const domains = (otherwise: string) => ({ rule: 'domains', otherwise }) as const

export const settings = {
  'virus.mode': one(stageModes, 'enforce'),
  'virus.consent': one(consents, 'presumed'),
  'virus.action': one(['reject', 'quarantine', 'discard'], 'reject'),
  'virus.header': header('X-Virus-Flag'),
  'virus.subject': mark('[VIRUS]'),
  'allow.mode': one(['enforce', 'off'], 'enforce'),
  'deny.mode': one(stageModes, 'enforce'),
  'deny.action': one(['reject', 'junk', 'discard'], 'reject'),
  'deny.header': header('X-Denied-Sender'),
  'deny.subject': mark(''),
  'spam.mode': one(stageModes, 'enforce'),
  'spam.consent': one(consents, 'asked'),
  'spam.action': one(['junk', 'quarantine', 'reject', 'discard'], 'junk'),
  'spam.worst': one(['junk', 'quarantine', 'reject', 'discard'], 'reject'),
  'spam.header': header('X-Spam-Flag'),
  'spam.scoreHeader': header('X-Spam-Score'),
  'spam.subject': mark('[SPAM]'),
  'forged.mode': one(stageModes, 'enforce'),
  'forged.consent': one(consents, 'asked'),
  'forged.action': one(['asPublished', 'junk', 'quarantine', 'reject'], 'asPublished'),
  /** Whose word is taken that a message was genuine when it came to them: lists and forwarders that seal with ARC. */
  'forged.sealers': domains(''),
  'forged.header': header('X-Forged-Flag'),
  'forged.subject': mark('[なりすまし]'),
  /** Whether what is delivered is sealed with ARC (RFC 8617), for programs of its reader that pass it on. */
  'arc.seal': one(['off', 'on'], 'off'),
  /** Whether a mark goes into the subject; `unlessSigned`: not where that would break a signature that holds. */
  'subject': one(['never', 'unlessSigned', 'always'], 'never'),
} as const satisfies Readonly<Record<string, Setting>>

export type SettingKey = keyof typeof settings
type ValueOf<S> = S extends { readonly rule: readonly (infer V)[] } ? V : string
export type FilterPolicy = { readonly [K in SettingKey]: ValueOf<(typeof settings)[K]> }
/** As stored: only what somebody decided. */
export type Decided = Readonly<Partial<Record<SettingKey, string>>>

export const settingKeys = Object.keys(settings) as readonly SettingKey[]
export const isSettingKey = (text: string): text is SettingKey => Object.hasOwn(settings, text)

/** Domains of a list, in lower case as A-labels. */
export const domainsOf = (value: string): readonly string[] => (value === '' ? [] : value.split(','))
const isCanonical = (text: string): boolean => domainName(text) === text

/** What the value must be, in words; undefined where it may stand. */
export const valueMistake = (key: SettingKey, value: string): string | undefined => {
  const { rule }: Setting = settings[key]
  if (rule === 'header') return value === '' || (headerName.test(value) && /^x-/i.test(value)) ? undefined : headerNameMust
  if (rule === 'mark') {
    const fits = [...value].length <= markLengthMax && !notInMark.test(value) && value.isWellFormed() && value === value.trim()
    return fits ? undefined : `at most ${markLengthMax} characters on one line`
  }
  if (rule === 'domains') return domainsOf(value).length <= domainsMax && domainsOf(value).every(isCanonical) ? undefined : domainsMust
  return rule.includes(value) ? undefined : `one of ${rule.join(', ')}`
}

/** What a store gives back may be of another release: unknown keys and bad values count as not decided. */
export const decidedOf = (stored: unknown): Decided => {
  if (typeof stored !== 'object' || stored === null) return {}
  const found = settingKeys.flatMap((key) => {
    const value: unknown = (stored as Readonly<Record<string, unknown>>)[key]
    return typeof value === 'string' && valueMistake(key, value) === undefined ? [[key, value] as const] : []
  })
  return Object.fromEntries(found)
}

export const policyOf = (isp: Decided, brand: Decided): FilterPolicy =>
  Object.fromEntries(settingKeys.map((key) => [key, brand[key] ?? isp[key] ?? settings[key].otherwise])) as FilterPolicy

export const choicesOf = (stored: unknown): Choices => {
  if (typeof stored !== 'object' || stored === null) return {}
  const found = filterStages.flatMap((stage) => {
    const value: unknown = (stored as Readonly<Record<string, unknown>>)[stage]
    const choice = choices.find((each) => each === value)
    return choice === undefined ? [] : [[stage, choice] as const]
  })
  return Object.fromEntries(found)
}

export type Modes = Readonly<Record<FilterStage, StageMode>>

/** A person's own lists are a wish already; what looks into mail for others needs a yes where the brand asks for one. */
const consentOf = (policy: FilterPolicy, stage: FilterStage): 'presumed' | 'asked' =>
  stage === 'allow' || stage === 'deny' ? 'presumed' : policy[`${stage}.consent`]

const modeOf = (policy: FilterPolicy, choice: Choice | undefined, stage: FilterStage): StageMode => {
  const offered = policy[`${stage}.mode`]
  if (choice === 'off' || offered === 'off') return 'off'
  if (choice === undefined && consentOf(policy, stage) === 'asked') return 'off'
  return choice === 'mark' ? 'mark' : offered
}

export const modesOf = (policy: FilterPolicy, chosen: Choices): Modes =>
  Object.fromEntries(filterStages.map((stage) => [stage, modeOf(policy, chosen[stage], stage)])) as Record<FilterStage, StageMode>
