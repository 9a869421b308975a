/**
 * The law of the house, checked: who may import whom, what each process may reach, sizes, and a few things that are
 * banned everywhere. `law.json` says what is allowed; whatever it does not allow is an offence.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { functionLengths, importsOf, lineOf, masked } from './source-text.mjs'

/** Fewer files than this examined means that the checker looked in the wrong place, and silence would be a lie. */
const filesMin = 30

const isTest = (file) => /(?:\.test|-contract)\.tsx?$|^test\/|\/testing\//.test(file)
const packageOf = (file) => file.slice(0, file.indexOf('/'))

export const sourceFiles = (root, folders) => {
  const found = []
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.name === 'node_modules' || path === 'web/dist') continue
      if (entry.isDirectory()) walk(path)
      else if (/\.tsx?$/.test(entry.name)) found.push(path)
    }
  }
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder)
  return found
}

/** What an import names: `node`, one of our packages with its file, an npm package, or a file by relative path. */
export const targetOf = (specifier, from) => {
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier.slice(5) }
  if (specifier.startsWith('@bulkhead/')) {
    const [, name, ...rest] = specifier.split('/')
    return { kind: 'ours', name, file: `${name}/${rest.join('/')}` }
  }
  if (specifier.startsWith('.')) return { kind: 'relative', file: normalize(join(dirname(from), specifier)) }
  const parts = specifier.split('/')
  return { kind: 'npm', name: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0] }
}

const importOffence = (target, from, law, manifest) => {
  const own = packageOf(from)
  const rule = law.packages[own]
  if (target.kind === 'relative') {
    if (packageOf(target.file) === 'tools' && rule.may.includes('tools')) return undefined
    if (packageOf(target.file) !== own) return `leaves its package by a relative path to ${target.file}`
    return /\.(?:tsx?|css)$/.test(target.file) ? undefined : `imports ${target.file} without .ts`
  }
  if (target.kind === 'node') return rule.node === 'all' || rule.node.includes(target.name) ? undefined : `${own} may not use node:${target.name}`
  if (target.kind === 'ours') {
    if (target.name === own) return undefined
    if (!rule.may.includes(target.name)) return `${own} may not import ${target.name}`
    return manifest.dependencies?.[`@bulkhead/${target.name}`] === undefined ? `@bulkhead/${target.name} is not declared in ${own}/package.json` : undefined
  }
  if (!rule.npm.includes(target.name)) return `${own} may not use ${target.name} from npm (Node's own modules are written node:…)`
  return manifest.dependencies?.[target.name] === undefined ? `${target.name} is not declared in ${own}/package.json` : undefined
}

const banned = [
  { pattern: /\bconsole\s*\./g, why: 'console is for run/cli; processes use the log', free: /^(run\/cli|test)\// },
  { pattern: /\bprocess\s*\.\s*env\b/g, why: 'the environment is read in run/ only', free: /^(run|test)\// },
  { pattern: /(?:[:<,|&(]|\bas)\s*any\b(?!\s*[:(=])/g, why: '`any` tells nothing; say the type', free: /^$/ },
  { pattern: /@ts-(?:ignore|nocheck|expect-error)/g, why: 'the type checker is not silenced', free: /^$/, inComments: true },
]

const bannedOffences = (file, text, mask) =>
  banned
    .filter(({ free }) => !free.test(file) && !isTest(file))
    .flatMap(({ pattern, why, inComments }) =>
      [...(inComments === true ? text : mask).matchAll(pattern)].map((match) => `${file}:${lineOf(text, match.index)}: ${why}`),
    )

const exempt = (law, what, file) => (law.sizes.exempt?.[what] ?? []).some((prefix) => file.startsWith(prefix))

const sizeOffences = (file, text, mask, law) => {
  const { fileLinesMax, functionLinesMax, columnsMax } = law.sizes
  const lines = text.split('\n')
  const found = []
  if (lines.length - 1 > fileLinesMax && !isTest(file) && !exempt(law, 'file', file)) {
    found.push(`${file}:${lines.length - 1}: ${lines.length - 1} lines, at most ${fileLinesMax}`)
  }
  if (!isTest(file) && !exempt(law, 'columns', file)) {
    lines.forEach((line, at) => {
      if (line.length > columnsMax) found.push(`${file}:${at + 1}: ${line.length} columns, at most ${columnsMax}`)
    })
  }
  if (isTest(file) || exempt(law, 'function', file)) return found
  for (const { line, lines: length } of functionLengths(mask)) {
    if (length > functionLinesMax) found.push(`${file}:${line}: a function of ${length} lines, at most ${functionLinesMax}`)
  }
  return found
}

/** All that a file pulls in when it runs; imports of types alone are erased and pull in nothing. */
const reachOf = (start, read) => {
  const files = new Set([start])
  const npm = new Set()
  for (const file of files) {
    const text = read(file)
    if (text === undefined) continue
    for (const { specifier, typeOnly } of importsOf(text)) {
      const target = targetOf(specifier, file)
      if (typeOnly || target.kind === 'node') continue
      if (target.kind === 'npm') npm.add(`${target.name} (in ${file})`)
      else files.add(target.file)
    }
  }
  return { files, npm }
}

const under = (file, place) => file === place || file.startsWith(`${place}/`)

const rootOffences = (law, read) =>
  Object.entries(law.roots).flatMap(([root, { reaches, neverReaches = [], npm }]) => {
    if (read(root) === undefined) return []
    const reached = reachOf(root, read)
    const strange = [...reached.files].filter((file) => reaches !== undefined && !reaches.some((place) => under(file, place)))
    const forbidden = [...reached.files].filter((file) => neverReaches.some((place) => under(file, place)))
    const foreign = [...reached.npm].filter((name) => !npm.includes(name.split(' ')[0]))
    return [
      ...[...strange, ...forbidden].map((file) => `${root}:1: reaches ${file}`),
      ...foreign.map((name) => `${root}:1: reaches ${name} from npm`),
    ]
  })

/** Files that need each other to run, as one offence a ring: none of them can be read, tested or moved without the rest. */
export const ringOffences = (files, read) => {
  const number = new Map()
  const low = new Map()
  const stack = []
  const rings = []
  const needs = (file) =>
    importsOf(read(file))
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ specifier }) => targetOf(specifier, file).file)
      .filter((target) => files.has(target))
  const visit = (file) => {
    const at = number.size
    number.set(file, at)
    low.set(file, at)
    stack.push(file)
    for (const target of needs(file)) {
      if (!number.has(target)) visit(target)
      if (stack.includes(target)) low.set(file, Math.min(low.get(file), low.get(target)))
    }
    if (low.get(file) !== at) return
    const ring = stack.splice(stack.indexOf(file))
    if (ring.length > 1) rings.push(ring.toSorted())
  }
  for (const file of files) if (!number.has(file)) visit(file)
  return rings.map(([first, ...rest]) => `${first}:1: imports itself by way of ${rest.join(', ')}`)
}

/** Every offence in the tree below `root`, as `file:line: why`, and how many files were examined. */
export const examine = (root) => {
  const law = JSON.parse(readFileSync(join(root, 'law.json'), 'utf8'))
  const names = Object.keys(law.packages)
  const tools = existsSync(join(root, 'tools')) ? readdirSync(join(root, 'tools')).map((name) => `tools/${name}`) : []
  const files = sourceFiles(root, [...names, 'test'])
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const manifests = Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))]))
  const isThere = (file) => texts.has(file) || tools.includes(file) || (file.endsWith('.css') && existsSync(join(root, file)))
  const offences = []
  for (const [file, text] of texts) {
    const mask = masked(text)
    offences.push(...bannedOffences(file, text, mask), ...sizeOffences(file, text, mask, law))
    for (const { specifier, line } of importsOf(text)) {
      const target = targetOf(specifier, file)
      if (target.kind === 'relative' && !isThere(target.file)) offences.push(`${file}:${line}: there is no ${target.file}`)
      if (isTest(file)) continue
      const offence = importOffence(target, file, law, manifests[packageOf(file)])
      if (offence !== undefined) offences.push(`${file}:${line}: ${offence}`)
    }
  }
  const read = (file) => texts.get(file)
  return { offences: [...offences, ...rootOffences(law, read), ...ringOffences(new Set(files), read)], examined: files.length }
}

const main = () => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const { offences, examined } = examine(root)
  for (const offence of offences) process.stdout.write(`${offence}\n`)
  if (examined < filesMin) process.stdout.write(`law: only ${examined} files found below ${relative(process.cwd(), root) || '.'}; at least ${filesMin} are there\n`)
  process.stdout.write(`law: ${examined} files examined, ${offences.length} offences\n`)
  process.exit(offences.length > 0 || examined < filesMin ? 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
