/** Arguments of one command as its signature has them (RFC 5228 section 2.6). */
import type { Compiling, Signature, TagRule, Takes } from './definition.ts'
import { constant, templateOf, withEncodedCharacters, type Template } from './template.ts'
import type { Argument, TestNode } from './tree.ts'
import type { Taken } from './definition.ts'

type Value = Exclude<Argument, { is: 'tag' }>

const fits = (argument: Argument | undefined, takes: Takes): argument is Value => {
  if (argument === undefined || argument.is === 'tag') return false
  if (takes === 'number') return argument.is === 'number'
  return argument.is === 'strings' && (takes === 'strings' || !argument.listed)
}

const named: Readonly<Record<Takes, string>> = { none: 'nothing', string: 'a string', strings: 'strings', number: 'a number' }

interface Sorted {
  readonly tags: ReadonlyMap<string, Value | null>
  readonly rest: readonly Argument[]
}

/** The tag's rule, where it may stand here. */
const ruleOf = (node: TestNode, tag: Extract<Argument, { is: 'tag' }>, signature: Signature, compiling: Compiling): TagRule | undefined => {
  const rule = Object.hasOwn(signature.tags, tag.name) ? signature.tags[tag.name] : undefined
  if (rule === undefined) compiling.mistake(tag.at, `“${node.name}” has no argument :${tag.name}`)
  else if (rule.needs !== undefined && !compiling.requires(rule.needs)) compiling.mistake(tag.at, `:${tag.name} needs require "${rule.needs}"`)
  return rule
}

const sorted = (node: TestNode, signature: Signature, compiling: Compiling): Sorted => {
  const tags = new Map<string, Value | null>()
  const groups = new Map<string, string>()
  const list = node.arguments
  let next = 0
  for (; next < list.length; next += 1) {
    const tag = list[next]
    if (tag?.is !== 'tag') break
    const rule = ruleOf(node, tag, signature, compiling)
    if (rule === undefined) continue
    if (tags.has(tag.name)) compiling.mistake(tag.at, `:${tag.name} stands here twice`)
    const other = rule.group === undefined ? undefined : groups.get(rule.group)
    if (other !== undefined && other !== tag.name) compiling.mistake(tag.at, `:${tag.name} does not go with :${other}`)
    if (rule.group !== undefined) groups.set(rule.group, tag.name)
    const value = list[next + 1]
    if (rule.takes === 'none') tags.set(tag.name, null)
    else if (fits(value, rule.takes)) {
      tags.set(tag.name, value)
      next += 1
    } else compiling.mistake(tag.at, `:${tag.name} is followed by ${named[rule.takes]}`)
  }
  return { tags, rest: list.slice(next) }
}

/** Positional arguments, `undefined` for the first where it was left out. */
const positioned = (node: TestNode, rest: readonly Argument[], signature: Signature, compiling: Compiling): readonly (Value | undefined)[] => {
  const misses = signature.firstMayMiss === true && rest.length === signature.positional.length - 1
  const given: readonly (Argument | undefined)[] = misses ? [undefined, ...rest] : rest
  const found = signature.positional.map((takes, at) => {
    const argument = given[at]
    if (misses && at === 0) return undefined
    if (fits(argument, takes)) return argument
    compiling.mistake(argument?.at ?? node.at, `“${node.name}” wants ${signature.positional.map((each) => named[each]).join(', then ') || 'no argument'}`)
    return undefined
  })
  const extra = given[signature.positional.length]
  if (extra !== undefined) compiling.mistake(extra.at, `“${node.name}” has one argument too many`)
  return found
}

export const takenFrom = (node: TestNode, signature: Signature, compiling: Compiling): Taken => {
  const { tags, rest } = sorted(node, signature, compiling)
  const positions = positioned(node, rest, signature, compiling)
  const variables = compiling.requires('variables')
  const plain = (text: string): string => (compiling.requires('encoded-character') ? withEncodedCharacters(text) : text)
  const constants = (value: Value | null | undefined): readonly string[] => (value?.is === 'strings' ? value.values.map(plain) : [])
  const texts = (value: Value | null | undefined): readonly Template[] => constants(value).map((text) => templateOf(text, variables))
  return {
    at: node.at,
    placeOf: (position) => positions.at(position)?.at ?? node.at,
    has: (tag) => tags.has(tag),
    tagText: (tag) => texts(tags.get(tag))[0],
    tagTexts: (tag) => (tags.has(tag) ? texts(tags.get(tag)) : undefined),
    tagNumber(tag) {
      const value = tags.get(tag)
      return value?.is === 'number' ? value.value : undefined
    },
    tagConstant: (tag) => constants(tags.get(tag))[0],
    text: (position) => texts(positions[position])[0] ?? constant(''),
    texts: (position) => texts(positions[position]),
    number(position) {
      const value = positions[position]
      return value?.is === 'number' ? value.value : 0
    },
    constants: (position) => constants(positions.at(position)),
    missing: (position) => positions[position] === undefined,
  }
}
