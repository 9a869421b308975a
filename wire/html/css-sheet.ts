/**
 * Style sheets of mail: rules whose selectors can be read, put under the message's own root, with the declarations that may
 * stand. Of at-rules only `@media` by width or medium is kept; whatever else there is, is left out with its block.
 */
import { safeDeclarations, type CssContext } from './css-values.ts'
import { rulesMax, selectorCharsMax, selectorsMax } from './limits.ts'

/** Put before every id and class: nothing that mail names can be ours. */
export const namePrefix = 'm-'
export const rootClass = 'bulkhead-message'

const pseudo = 'hover|active|focus|link|first-child|last-child|only-child|nth-child\\((?:odd|even|\\d{1,4})\\)'
const compound = new RegExp(`^(?:\\*|[a-z][a-z0-9]{0,15})?(?:[.#][a-z_][a-z0-9_-]{0,63}|:(?:${pseudo}))*$`, 'i')
const idOrClass = /[.#]/g

/** One compound with its names prefixed; `html` and `body` are the root itself. Undefined where it can't be read. */
const compoundText = (written: string): string | undefined => {
  if (written === '' || !compound.test(written)) return undefined
  const named = written.replace(/^(?:html|body)(?![a-z0-9])/i, `.${rootClass}`)
  const isRoot = named !== written
  const rest = isRoot ? named.slice(rootClass.length + 1) : named
  return `${isRoot ? `.${rootClass}` : ''}${rest.replace(idOrClass, (mark) => `${mark}${namePrefix}`)}`
}

const combinators = /\s*([>+~])\s*|\s+/

/** A selector below the root. */
export const safeSelector = (written: string): string | undefined => {
  const text = written.trim()
  if (text === '' || text.length > selectorCharsMax) return undefined
  const parts = text.split(new RegExp(combinators, 'g'))
  let out = ''
  for (let at = 0; at < parts.length; at += 2) {
    const made = compoundText(parts[at] ?? '')
    if (made === undefined) return undefined
    out += made
    if (at + 1 < parts.length) out += parts[at + 1] ?? ' '
  }
  // `html body p` and `body p` begin at the root; all else is inside it.
  const doubled = new RegExp(`^(?:\\.${rootClass}[ >])+(?=\\.${rootClass})`)
  const placed = out.replace(doubled, '')
  return placed.startsWith(`.${rootClass}`) ? placed : `.${rootClass} ${placed}`
}

const selectorList = (written: string): string | undefined => {
  const selectors = written.split(',', selectorsMax + 1)
  if (selectors.length > selectorsMax) return undefined
  // A rule one of whose selectors no browser could read is no rule; here the readable ones stay, for mail is written for many.
  const kept = selectors.map(safeSelector).filter((selector) => selector !== undefined)
  return kept.length === 0 ? undefined : kept.join(',')
}

const mediaFeature = /^\(\s*((?:min|max)-(?:device-)?width)\s*:\s*(\d{1,4}(?:\.\d{1,3})?)(px|em|rem)\s*\)$/i

/** `screen and (max-width: 600px)`; undefined for what is not known. */
const mediaQuery = (written: string): string | undefined => {
  const parts = written.trim().toLowerCase().split(/\s+and\s+/)
  const kept: string[] = []
  for (const part of parts) {
    const feature = mediaFeature.exec(part)
    if (feature !== null) kept.push(`(${(feature[1] ?? '').replace('device-', '')}:${feature[2] ?? ''}${feature[3] ?? ''})`)
    else if (/^(?:only\s+)?(?:screen|all|print)$/.test(part)) kept.push(part.replace(/\s+/g, ' '))
    else return undefined
  }
  return kept.join(' and ')
}

const withoutComments = (css: string): string => {
  let out = ''
  let at = 0
  while (at < css.length) {
    const open = css.indexOf('/*', at)
    if (open < 0) return out + css.slice(at)
    const close = css.indexOf('*/', open + 2)
    out += `${css.slice(at, open)} `
    if (close < 0) return out
    at = close + 2
  }
  return out
}

/** The bracket that closes the one at `open`, strings respected; the end where there is none. */
const blockEnd = (css: string, open: number): number => {
  let depth = 0
  let quote = ''
  for (let at = open; at < css.length; at += 1) {
    const char = css[at] ?? ''
    if (char === '\\') at += 1
    else if (quote !== '') {
      if (char === quote || char === '\n') quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '{') depth += 1
    else if (char === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return css.length
}

interface Budget {
  rules: number
}

/** `css` without comments. `nested`: inside `@media`, which holds no further one. */
const rulesOf = (css: string, context: CssContext, budget: Budget, nested: boolean): string => {
  let out = ''
  let at = 0
  while (at < css.length && budget.rules < rulesMax) {
    budget.rules += 1
    const open = css.indexOf('{', at)
    const semicolon = css.indexOf(';', at)
    // `@import …;`: a statement without a block.
    if (semicolon >= 0 && (open < 0 || semicolon < open)) {
      at = semicolon + 1
      continue
    }
    if (open < 0) break
    const end = blockEnd(css, open)
    // A stray `}` or the comment marks of old mailers before a rule.
    const head = css.slice(at, open).replace(/^[\s}]*(?:<!--|-->)?/, '').trim()
    const inside = css.slice(open + 1, end)
    if (!head.startsWith('@')) {
      const selectors = selectorList(head)
      const declarations = selectors === undefined ? '' : safeDeclarations(inside, context)
      if (declarations !== '') out += `${selectors}{${declarations}}`
    } else if (!nested && /^@media\s/i.test(head)) {
      const query = mediaQuery(head.slice('@media'.length))
      const rules = query === undefined ? '' : rulesOf(inside, context, budget, true)
      if (rules !== '') out += `@media ${query}{${rules}}`
    }
    at = end + 1
  }
  return out
}

/** What of a sheet may stand. Holds no `<`, so it can't end the element it is put into. */
export const safeSheet = (css: string, context: CssContext): string => rulesOf(withoutComments(css), context, { rules: 0 }, false)
