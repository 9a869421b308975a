/**
 * Names of hosts that look like others (UTS 39, as far as mail needs it): scripts mixed in one label, letters of one script that
 * spell a word of another, and names one slip away from a known one. Hosts are lower-case A-labels.
 */
import { domainToUnicode } from 'node:url'

const scripts: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u], ['Cyrillic', /\p{Script=Cyrillic}/u], ['Greek', /\p{Script=Greek}/u], ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u], ['Hangul', /\p{Script=Hangul}/u], ['Han', /\p{Script=Han}/u], ['Hiragana', /\p{Script=Hiragana}/u],
  ['Katakana', /\p{Script=Katakana}/u], ['Arabic', /\p{Script=Arabic}/u], ['Hebrew', /\p{Script=Hebrew}/u], ['Thai', /\p{Script=Thai}/u],
]

/** Scripts that stand together in one language. */
const together: readonly (readonly string[])[] = [['Latin', 'Han', 'Hiragana', 'Katakana'], ['Latin', 'Han', 'Hangul']]

// eslint-disable-next-line no-control-regex
const isAscii = /^[\u0000-\u007f]+$/

const scriptsOf = (label: string): readonly string[] => scripts.filter(([, pattern]) => pattern.test(label)).map(([name]) => name)

/** A label of letters that no language writes together. */
export const mixesScripts = (label: string): boolean => {
  const found = scriptsOf(label)
  return found.length > 1 && !together.some((set) => found.every((name) => set.includes(name)))
}

/** Letters that look like ASCII ones. */
const doubles: Readonly<Record<string, string>> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's', ԁ: 'd', һ: 'h', ӏ: 'l', к: 'k', м: 'm', т: 't', в: 'b', н: 'h', г: 'r',
  п: 'n', ь: 'b', α: 'a', ο: 'o', ν: 'v', ρ: 'p', τ: 't', υ: 'u', ι: 'i', κ: 'k', χ: 'x', γ: 'y', η: 'n', ω: 'w', ո: 'n', օ: 'o', ս: 'u', հ: 'h', ց: 'g',
  ı: 'i', ł: 'l', ø: 'o', đ: 'd', ɑ: 'a', ɡ: 'g', ⅼ: 'l', ꞌ: "'",
}

/** What a reader may take the text for: marks off, doubles and digits to letters, `rn` to `m`, `vv` to `w`. */
export const skeleton = (text: string): string =>
  [...text.normalize('NFKD').toLowerCase()].map((char) => doubles[char] ?? char).join('').replaceAll(/\p{M}/gu, '')
    .replaceAll('0', 'o').replaceAll(/[1|]/g, 'l').replaceAll('i', 'l').replaceAll('rn', 'm').replaceAll('vv', 'w').replaceAll('5', 's')

/** As letters, or the A-label where its letters could be taken for others. */
export const shownHost = (host: string): string => {
  const unicode = domainToUnicode(host)
  if (unicode === '' || unicode === host) return host
  return looksForeign(host) ? host : unicode
}

/** Not ASCII, and every letter looks like one. */
const spellsAscii = (label: string): boolean =>
  !isAscii.test(label) && scriptsOf(label).every((name) => ['Cyrillic', 'Greek', 'Armenian', 'Latin'].includes(name)) && isAscii.test(skeleton(label))

export const looksForeign = (host: string): boolean =>
  domainToUnicode(host).split('.').some((label) => mixesScripts(label) || (spellsAscii(label) && !/^\p{Script=Latin}+$/u.test(label)))

/** Labels under which registries of countries give out names. */
const secondLevel = new Set(['ac', 'ad', 'co', 'com', 'ed', 'edu', 'go', 'gob', 'gov', 'gr', 'lg', 'mil', 'ne', 'net', 'nom', 'or', 'org'])

/** The name somebody registered, about: two labels, three under `co.jp` and its like. */
export const siteOf = (host: string): string => {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.')
  const [second = '', top = ''] = labels.slice(-2)
  return labels.slice(top.length === 2 && secondLevel.has(second) && labels.length > 2 ? -3 : -2).join('.')
}

export const isSameSite = (one: string, other: string): boolean => siteOf(one) === siteOf(other)

/** The host is not of that site, and reads like it. */
export const imitates = (host: string, known: string): boolean => {
  const [site, other] = [siteOf(host), siteOf(known)]
  return site !== other && skeleton(domainToUnicode(site)) === skeleton(domainToUnicode(other))
}
