/**
 * Rules as a Sieve script (RFC 5228), and back. Each rule stands in the script twice: as a comment that holds it whole, and as commands made
 * of it. A script whose commands are not exactly those of its comments was changed by hand: it is not read back as rules, so nothing
 * that somebody wrote is lost by saving.
 */
import { acts, fields, operators, type Action, type Condition, type Operator, type Rule } from './rule.ts'

const heading = '# Bulkhead filter rules, version 1'
const mark = '# rule '

// eslint-disable-next-line no-control-regex
const unsendable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** A quoted string: whatever is in it, it ends where it should. */
export const quoted = (text: string): string => `"${text.toWellFormed().replace(unsendable, '').replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`

/** Wildcards of `:matches` as themselves. */
const literally = (text: string): string => text.replace(/[*?\\]/g, '\\$&')

const fold = ':comparator "i;unicode-casemap"'

const headersOf = ({ field, name }: Condition): string => {
  if (field === 'recipients') return '["to", "cc"]'
  if (field === 'list') return '"list-id"'
  return field === 'header' ? quoted(name.trim()) : quoted(field)
}

/** Names of parts that have one, wherever a program wrote it (RFC 5703 section 4.1). */
const fileNames = '["filename", "name"]'
const fileFields = '["content-disposition", "content-type"]'
const attachmentTest = ({ operator, value }: Condition): string => {
  const part = `header :mime :anychild :param ${fileNames} ${fold}`
  if (operator === 'contains') return `${part} :contains ${fileFields} ${quoted(value.trim())}`
  return `${part} :matches ${fileFields} ${operator === 'ends' ? quoted(`*${literally(value.trim())}`) : '"?*"'}`
}

const textTest = (condition: Condition): string => {
  const { field, operator } = condition
  const value = condition.value.trim()
  if (field === 'attachment') return attachmentTest(condition)
  if (field === 'body') return `body :text ${fold} :contains ${quoted(value)}`
  const named = headersOf(condition)
  if (operator === 'exists' || operator === 'missing') return `exists ${named}`
  const isPerson = (field === 'from' || field === 'recipients') && value.includes('@')
  const isSame = operator === 'is' || operator === 'isNot'
  if (isSame && isPerson) return `address ${fold} :is ${named} ${quoted(value)}`
  if (isSame) return `header ${fold} :is ${named} ${quoted(value)}`
  if (operator === 'begins') return `header ${fold} :matches ${named} ${quoted(`${literally(value)}*`)}`
  if (operator === 'ends') return `header ${fold} :matches ${named} ${quoted(`*${literally(value)}`)}`
  return `header ${fold} :contains ${named} ${quoted(value)}`
}

const negated: readonly Operator[] = ['containsNot', 'isNot', 'missing']

const testOf = (condition: Condition): string => {
  if (condition.field === 'size') return `size :${condition.operator === 'under' ? 'under' : 'over'} ${Number(condition.value) || 0}K`
  return negated.includes(condition.operator) ? `not ${textTest(condition)}` : textTest(condition)
}

const fileInto = (copies: string, { value, use }: Pick<Action, 'value' | 'use'>): string =>
  `fileinto ${copies}${use === null ? '' : `:specialuse ${quoted(use)} `}:create ${quoted(value)};`

const commandOf = (action: Action): string => {
  if (action.act === 'read') return 'addflag "\\\\Seen";'
  if (action.act === 'star') return 'addflag "\\\\Flagged";'
  if (action.act === 'forward') return `redirect :copy ${quoted(action.value.trim())};`
  if (action.act === 'trash') return fileInto('', { value: 'Trash', use: '\\Trash' })
  if (action.act === 'discard') return 'discard;'
  return fileInto(action.act === 'copy' ? ':copy ' : '', action)
}

/** Flags first: what is filed afterwards has them. */
const inOrder = (actions: readonly Action[]): readonly Action[] => {
  const isFlag = ({ act }: Action): boolean => act === 'read' || act === 'star'
  return [...actions.filter(isFlag), ...actions.filter((action) => !isFlag(action))]
}

const commandsOf = ({ every, conditions, actions, isLast }: Rule): readonly string[] => {
  const tests = conditions.map(testOf)
  const [only = 'true'] = tests
  const test = tests.length < 2 ? only : `${every ? 'allof' : 'anyof'} (\n  ${tests.join(',\n  ')}\n)`
  // Flags of one rule are no other's.
  const commands = ['setflag "";', ...inOrder(actions).map(commandOf), ...(isLast ? ['stop;'] : [])]
  return [`if ${test} {`, ...commands.map((command) => `  ${command}`), '}']
}

/** Always in the same order, so that the same rules are the same script. */
const jsonOf = ({ name, isOn, every, conditions, actions, isLast }: Rule): string =>
  JSON.stringify({
    name, isOn, every,
    conditions: conditions.map(({ field, operator, name: header, value }) => ({ field, operator, name: header, value })),
    actions: actions.map(({ act, value, use }) => ({ act, value, use })),
    isLast,
  })

/** Only what is needed beside these: a script that was made before there were attachments is still one of rules. */
const alsoRequired = (rules: readonly Rule[]): readonly string[] =>
  rules.some(({ isOn, conditions }) => isOn && conditions.some(({ field }) => field === 'attachment')) ? ['mime'] : []

const required = ['body', 'comparator-i;unicode-casemap', 'copy', 'fileinto', 'imap4flags', 'mailbox', 'special-use']

export const scriptOf = (rules: readonly Rule[]): string =>
  [
    heading,
    `require [${[...required, ...alsoRequired(rules)].map(quoted).join(', ')}];`,
    ...rules.flatMap((rule) => ['', `${mark}${jsonOf(rule)}`, ...(rule.isOn ? commandsOf(rule) : [])]),
    '',
  ].join('\n')

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((each) => each === value)

const conditionFrom = (value: unknown): Condition | undefined => {
  if (!isFields(value)) return undefined
  const { name, value: text } = value
  const [field, operator] = [oneOf(fields, value['field']), oneOf(operators, value['operator'])]
  if (field === undefined || operator === undefined || typeof name !== 'string' || typeof text !== 'string') return undefined
  return { field, operator, name, value: text }
}

const actionFrom = (value: unknown): Action | undefined => {
  if (!isFields(value)) return undefined
  const { value: text, use } = value
  const act = oneOf(acts, value['act'])
  if (act === undefined || typeof text !== 'string' || (use !== null && typeof use !== 'string')) return undefined
  return { act, value: text, use }
}

const listFrom = <T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] =>
  Array.isArray(value) ? value.flatMap((one) => read(one) ?? []) : []

const ruleFrom = (line: string): Rule | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line.slice(mark.length))
  } catch {
    return undefined
  }
  if (!isFields(value)) return undefined
  const { name, isOn, every, conditions, actions, isLast } = value
  if (typeof name !== 'string' || typeof isOn !== 'boolean' || typeof every !== 'boolean' || typeof isLast !== 'boolean') return undefined
  return { name, isOn, every, conditions: listFrom(conditions, conditionFrom), actions: listFrom(actions, actionFrom), isLast }
}

export const isRulesScript = (script: string): boolean => script.startsWith(`${heading}\n`)

/** Undefined where the script is none of rules, or no longer. */
export const rulesOf = (script: string): readonly Rule[] | undefined => {
  if (!isRulesScript(script)) return undefined
  const rules = script.split('\n').filter((line) => line.startsWith(mark)).flatMap((line) => ruleFrom(line) ?? [])
  return scriptOf(rules) === script ? rules : undefined
}
