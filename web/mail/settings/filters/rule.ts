/** A filter rule as a person makes it: conditions and what is then done. */

/** What is looked at. `from` and `recipients` mean names and addresses as they are shown; an attachment is a part with a file name. */
export const fields = ['from', 'recipients', 'subject', 'body', 'attachment', 'list', 'header', 'size'] as const
export type Field = (typeof fields)[number]

export const operators = ['contains', 'containsNot', 'is', 'isNot', 'begins', 'ends', 'exists', 'missing', 'over', 'under'] as const
export type Operator = (typeof operators)[number]

export interface Condition {
  readonly field: Field
  readonly operator: Operator
  /** Of `header`. */
  readonly name: string
  /** For a size, kilobytes. */
  readonly value: string
}

export const acts = ['move', 'copy', 'read', 'star', 'forward', 'trash', 'discard'] as const
export type Act = (typeof acts)[number]

export interface Action {
  readonly act: Act
  /** Path of a mailbox, or an address. */
  readonly value: string
  /** Use of the mailbox, as RFC 6154 names it; null where it has none. */
  readonly use: string | null
}

export interface Rule {
  readonly name: string
  readonly isOn: boolean
  /** All conditions have to hold, or one. */
  readonly every: boolean
  readonly conditions: readonly Condition[]
  readonly actions: readonly Action[]
  /** Rules behind it are not asked where it applies. */
  readonly isLast: boolean
}

export const rulesMax = 100
export const conditionsMax = 20
export const actionsMax = 10
export const textMax = 500

export const operatorsOf = (field: Field): readonly Operator[] => {
  if (field === 'size') return ['over', 'under']
  if (field === 'body') return ['contains', 'containsNot']
  if (field === 'attachment') return ['exists', 'missing', 'contains', 'ends']
  const compared: readonly Operator[] = ['contains', 'containsNot', 'is', 'isNot', 'begins', 'ends']
  return field === 'list' || field === 'header' ? [...compared, 'exists', 'missing'] : compared
}

/** Whether there are words to compare with. */
export const takesWords = (operator: Operator): boolean => operator !== 'exists' && operator !== 'missing'

export const newCondition: Condition = { field: 'from', operator: 'contains', name: '', value: '' }
export const newAction: Action = { act: 'move', value: '', use: null }
export const newRule: Rule = { name: '', isOn: true, every: true, conditions: [newCondition], actions: [newAction], isLast: true }

export const takesValue = (act: Act): boolean => act === 'move' || act === 'copy' || act === 'forward'

/** As good as the server's own check for what people type by mistake; the server has the last word. */
export const isAddress = (text: string): boolean => /^[^\s@<>,;:"()]+@[^\s@<>,;:"()]+\.[^\s@<>,;:"()]+$/u.test(text.trim())

const isHeaderName = (text: string): boolean => /^[!-9;-~]{1,76}$/.test(text)

export type RuleMistake = 'noName' | 'noCondition' | 'noAction' | 'emptyValue' | 'badHeader' | 'badSize' | 'badAddress' | 'noMailbox'

const conditionMistake = ({ field, operator, name, value }: Condition): RuleMistake | undefined => {
  if (field === 'header' && !isHeaderName(name.trim())) return 'badHeader'
  if (field === 'size') return /^[1-9][0-9]{0,5}$/.test(value.trim()) ? undefined : 'badSize'
  return takesWords(operator) && value.trim() === '' ? 'emptyValue' : undefined
}

const actionMistake = ({ act, value }: Action): RuleMistake | undefined => {
  if (act === 'forward') return isAddress(value) ? undefined : 'badAddress'
  return takesValue(act) && value === '' ? 'noMailbox' : undefined
}

/** What has to be mended first; undefined where it can be saved. */
export const ruleMistake = ({ name, conditions, actions }: Rule): RuleMistake | undefined => {
  if (name.trim() === '') return 'noName'
  if (conditions.length === 0) return 'noCondition'
  if (actions.length === 0) return 'noAction'
  return conditions.map(conditionMistake).find((one) => one !== undefined) ?? actions.map(actionMistake).find((one) => one !== undefined)
}
