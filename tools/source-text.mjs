/**
 * Reads TypeScript as text: blanks out comments and the insides of strings, finds imports and the lengths of functions.
 * Not a parser; it knows as much of the grammar as the law needs.
 */

/** Line number of an index, from 1. */
export const lineOf = (text, index) => text.slice(0, index).split('\n').length

/** After one of these a slash begins a regular expression, elsewhere it divides. */
const beforeRegex = /(?:^|[=(,:;!&|?{}[\]<>+*%~^-]|\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield))$/

/** `</` and `/>` end an element of JSX. */
const closesTag = (text, at) => text[at - 1] === '<' || text[at + 1] === '>'

const endOfString = (text, from, quote) => {
  let at = from + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

const endOfRegex = (text, from) => {
  let at = from + 1
  let inClass = false
  while (at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    at += text[at] === '\\' ? 2 : 1
  }
  return Math.min(at + 1, text.length)
}

const blank = (text) => text.replace(/[^\n]/g, ' ')

const endOf = (text, index) => (index < 0 ? text.length : index)

/** The token that starts at `at` and must be blanked: its end, or undefined where plain code stands. */
const blankUntil = (text, at, out) => {
  const two = text.slice(at, at + 2)
  if (two === '//') return endOf(text, text.indexOf('\n', at))
  if (two === '/*') return endOf(text, text.indexOf('*/', at + 2) + 2 || -1)
  if (text[at] === "'" || text[at] === '"') return endOfString(text, at, text[at])
  if (text[at] === '/' && !closesTag(text, at) && beforeRegex.test(out.slice(-40).trimEnd())) return endOfRegex(text, at)
  return undefined
}

/** The same text, same length and lines, with comments, strings, templates' text and regular expressions blanked. */
export const masked = (text) => {
  let out = ''
  let at = 0
  /** Depth of braces at which each open template literal goes on. */
  const templates = []
  let depth = 0
  const takeTemplateText = (from) => {
    let end = from
    while (end < text.length && text[end] !== '`' && text.slice(end, end + 2) !== '${') end += text[end] === '\\' ? 2 : 1
    out += blank(text.slice(from, end))
    at = end
    if (text[end] === '`') {
      out += ' '
      at += 1
    } else if (end < text.length) {
      templates.push(depth)
      out += '  '
      at += 2
    }
  }
  while (at < text.length) {
    const end = blankUntil(text, at, out)
    if (end !== undefined) {
      out += blank(text.slice(at, end))
      at = end
    } else if (text[at] === '`') {
      out += ' '
      takeTemplateText(at + 1)
    } else if (text[at] === '}' && templates.at(-1) === depth) {
      templates.pop()
      out += ' '
      takeTemplateText(at + 1)
    } else {
      if (text[at] === '{') depth += 1
      if (text[at] === '}') depth -= 1
      out += text[at]
      at += 1
    }
  }
  return out.slice(0, text.length)
}

const importPatterns = [
  /\b(?<head>import|export)\s+(?<type>type\s+)?(?:(?:(?!\b(?:import|export)\b)[\w*\s{},$])+?\s+from\s+)(?=['"])/g,
  /\b(?<head>import)\s+(?=['"])/g,
  /\b(?<head>import)\s*\(\s*(?=['"])/g,
]

const isTypeOnly = (match) => {
  if (match.groups.type !== undefined) return true
  const names = /\{([^}]*)\}\s*from\s*$/.exec(match[0])?.[1]
  if (names === undefined || !/^(?:import|export)\s*\{/.test(match[0])) return false
  const listed = names.split(',').map((name) => name.trim()).filter((name) => name !== '')
  return listed.length > 0 && listed.every((name) => name.startsWith('type '))
}

/** Every import, re-export and literal dynamic import. */
export const importsOf = (text) => {
  const mask = masked(text)
  const found = []
  for (const pattern of importPatterns) {
    // Strings are blank in the mask, so the place of a specifier is found there and its words in the text.
    const search = new RegExp(pattern.source.replaceAll("(?=['\"])", ''), 'g')
    for (const match of mask.matchAll(search)) {
      const rest = text.slice(match.index + match[0].trimEnd().length).trimStart()
      const specifier = /^(['"])([^'"\n]+)\1/.exec(rest)?.[2]
      if (specifier !== undefined) found.push({ specifier, line: lineOf(text, match.index), typeOnly: isTypeOnly(match) })
    }
  }
  return found
}

const controls = /\b(?:if|for|while|switch|catch|with)\s*(?:await\s*)?$/

/** Is the brace at `at` a function's? It follows an arrow, or a parameter list that no control word stands before. */
const opensFunction = (mask, at) => {
  const before = mask.slice(Math.max(0, at - 2000), at).trimEnd()
  if (before.endsWith('=>')) return true
  const head = /\)\s*(?::[^;{}=]*)?$/.exec(before)
  if (head === null) return false
  let depth = 0
  for (let index = head.index; index >= 0; index -= 1) {
    if (before[index] === ')') depth += 1
    else if (before[index] === '(') depth -= 1
    if (depth === 0) return !controls.test(before.slice(0, index))
  }
  return false
}

/**
 * Of every function with a body in braces: the line it begins on and how many lines are its own. Those of functions
 * within it are theirs: what returns an object of small functions is not long for that.
 */
export const functionLengths = (mask) => {
  const open = []
  const found = []
  let line = 1
  const close = (own) => {
    if (own === undefined || own.line === 0) return
    const total = line - own.line + 1
    found.push({ line: own.line, lines: total - own.within })
    const outer = open.findLast((candidate) => candidate.line > 0)
    if (outer !== undefined) outer.within += total - 1
  }
  for (let at = 0; at < mask.length; at += 1) {
    if (mask[at] === '\n') line += 1
    else if (mask[at] === '{') open.push({ line: opensFunction(mask, at) ? line : 0, within: 0 })
    else if (mask[at] === '}') close(open.pop())
  }
  return found
}
