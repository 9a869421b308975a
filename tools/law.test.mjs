import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { examine } from './law.mjs'
import { functionLengths, importsOf, masked } from './source-text.mjs'

const law = {
  packages: {
    base: { may: [], npm: [], node: ['crypto'] },
    vault: { may: ['base'], npm: [], node: ['fs'] },
    store: { may: ['base'], npm: ['pg'], node: [] },
    run: { may: ['base', 'vault', 'store'], npm: ['yaml'], node: 'all' },
  },
  roots: { 'run/vault.ts': { reaches: ['run/vault.ts', 'base', 'vault'], npm: [] } },
  sizes: { fileLinesMax: 20, functionLinesMax: 5, columnsMax: 60 },
}

const manifest = (...names) => JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) })

/** Offences of a small house that holds these files. */
const offencesOf = (files) => {
  const root = mkdtempSync(join(tmpdir(), 'law-'))
  const all = {
    'law.json': JSON.stringify(law),
    'base/package.json': manifest(),
    'vault/package.json': manifest('@bulkhead/base'),
    'store/package.json': manifest('@bulkhead/base', 'pg'),
    'run/package.json': manifest('@bulkhead/base', '@bulkhead/vault', '@bulkhead/store'),
    ...files,
  }
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  try {
    return examine(root).offences
  } finally {
    rmSync(root, { recursive: true })
  }
}

const claims = [
  ['an import of a package that is not allowed', { 'base/a.ts': "import { b } from '@bulkhead/store/b.ts'\n", 'store/b.ts': '' }, 'base/a.ts:1: base may not import store'],
  ['a type import counts too', { 'base/a.ts': "import type { B } from '@bulkhead/vault/b.ts'\n" }, 'base/a.ts:1: base may not import vault'],
  ['a re-export counts too', { 'base/a.ts': "\nexport * from '@bulkhead/store/b.ts'\n" }, 'base/a.ts:2: base may not import store'],
  ['a dynamic import counts too', { 'base/a.ts': "const b = await import('pg')\n" }, 'base/a.ts:1: base may not use pg from npm'],
  ['a module of Node that is not allowed', { 'base/a.ts': "import 'node:net'\n" }, 'base/a.ts:1: base may not use node:net'],
  ['a module of Node without node:', { 'base/a.ts': "import { createHash } from 'crypto'\n" }, 'base/a.ts:1: base may not use crypto from npm'],
  ['an escape by relative path', { 'base/a.ts': "import { b } from '../store/b.ts'\n", 'store/b.ts': '' }, 'base/a.ts:1: leaves its package'],
  ['an npm package that is allowed but not declared', { 'run/a.ts': "import { parse } from 'yaml'\n" }, 'run/a.ts:1: yaml is not declared'],
  ['an import of a file that is not there', { 'base/a.ts': "import { b } from './b.ts'\n" }, 'base/a.ts:1: there is no base/b.ts'],
  ['a root that reaches too far, however long the way', { 'run/vault.ts': "import '@bulkhead/vault/a.ts'\n", 'vault/a.ts': "import '@bulkhead/store/b.ts'\n", 'store/b.ts': '' }, 'run/vault.ts:1: reaches store/b.ts'],
  ['a root that reaches npm', { 'run/vault.ts': "import '@bulkhead/vault/a.ts'\n", 'vault/a.ts': "import pg from 'pg'\n" }, 'run/vault.ts:1: reaches pg'],
  ['console outside run/cli', { 'base/a.ts': 'console.log(1)\n' }, 'base/a.ts:1: console'],
  ['the environment outside run', { 'base/a.ts': 'export const x = process.env.HOME\n' }, 'base/a.ts:1: the environment'],
  ['any as a type', { 'base/a.ts': 'export const x = (y: any) => y\n' }, 'base/a.ts:1: `any`'],
  ['any as an argument of a type', { 'base/a.ts': 'export const x: Promise<any> = y\n' }, 'base/a.ts:1: `any`'],
  ['any as an assertion', { 'base/a.ts': 'export const x = y as any\n' }, 'base/a.ts:1: `any`'],
  ['a silenced type checker', { 'base/a.ts': '// @ts-ignore\nexport const x = 1\n' }, 'base/a.ts:1: the type checker'],
  ['files that import each other', { 'base/a.ts': "import { c } from './b.ts'\n", 'base/b.ts': "export * from './c.ts'\n", 'base/c.ts': "import { a } from './a.ts'\n" }, 'base/a.ts:1: imports itself by way of base/b.ts, base/c.ts'],
  ['a file that is too long', { 'base/a.ts': '\n'.repeat(21) }, 'base/a.ts:21: 21 lines'],
  ['a line that is too long', { 'base/a.ts': `// ${'x'.repeat(60)}\n` }, 'base/a.ts:1: 63 columns'],
  ['a function that is too long', { 'base/a.ts': `export const f = () => {\n${'  g()\n'.repeat(5)}}\n` }, 'base/a.ts:1: a function of 7 lines'],
]

for (const [name, files, offence] of claims) {
  test(`the law finds ${name}`, () => {
    const found = offencesOf(files)
    assert.ok(found.some((line) => line.startsWith(offence)), `${offence} is not in: ${found.join('; ')}`)
  })
}

test('the law leaves alone what it allows', () => {
  const found = offencesOf({
    'base/a.ts': "import { createHash } from 'node:crypto'\nexport const company = { any: 1 } // any: not a type\n",
    'vault/a.ts': "import { company } from '@bulkhead/base/a.ts'\nimport { readFileSync } from 'node:fs'\n",
    'run/vault.ts': "import '@bulkhead/vault/a.ts'\nimport type { X } from '@bulkhead/store/b.ts'\n",
    'store/b.ts': "import pg from 'pg'\n/* import 'yaml' */\nconst text = `import 'yaml'`\n",
    'store/b.test.ts': "import { anything } from 'anywhere'\n",
  })
  assert.deepEqual(found, [])
})

test('comments, strings, templates and regular expressions are not code', () => {
  const text = "a /* { */ + '}' + `x${ {b: `y}`} }{` + /[/}]{/.test(c) // {\n"
  const mask = masked(text)
  assert.equal(mask.length, text.length)
  assert.equal([...mask].filter((c) => c === '{').length, [...mask].filter((c) => c === '}').length)
})

test('what ends an element of JSX begins no regular expression', () => {
  const text = 'const a = () => (\n<p>\n{b}</p>\n)\nconst c = () => { return <i d={e} /> }\n'
  assert.equal(masked(text), text)
  assert.deepEqual(functionLengths(text), [{ line: 5, lines: 1 }])
})

test('an import over several lines is found with its line', () => {
  assert.deepEqual(importsOf("\nimport {\n  type A,\n  type B,\n} from 'x'\nimport { type C, d } from \"y\"\n"), [
    { specifier: 'x', line: 2, typeOnly: true },
    { specifier: 'y', line: 6, typeOnly: false },
  ])
})

test('only functions are measured, not other braces', () => {
  const lines = functionLengths('if (a) {\n\n}\nconst f = async (x: A): Promise<B> => {\n}\nfunction g(): C {\n\n}\nconst o = {\n}\n')
  assert.deepEqual(lines, [
    { line: 4, lines: 2 },
    { line: 6, lines: 3 },
  ])
})

test('lines of a function within a function are its own, and nobody else\u2019s', () => {
  const lines = functionLengths('const f = () => {\n  const g = () => {\n\n\n  }\n  return g\n}\n')
  assert.deepEqual(lines, [
    { line: 2, lines: 4 },
    { line: 1, lines: 4 },
  ])
})

test('the law lets types look back', () => {
  assert.deepEqual(offencesOf({ 'base/a.ts': "import { b } from './b.ts'\n", 'base/b.ts': "import type { A } from './a.ts'\n" }), [])
})
