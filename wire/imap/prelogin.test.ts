import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutAt } from '../testing/cut-at.ts'
import { preloginReader, type PreloginFinding } from './prelogin.ts'

const show = (finding: PreloginFinding): string => {
  if (finding.is === 'continue') return '+'
  if (finding.is !== 'command') return `${finding.is} ${finding.is === 'bad' ? finding.tag : ''}`
  const { tag, command } = finding
  if (command.name === 'LOGIN') return `${tag} LOGIN ${command.credentials?.login} ${String(command.credentials?.password)}`
  if (command.name === 'AUTHENTICATE') return `${tag} AUTHENTICATE ${command.mechanism} ${String(command.initialResponse)}`
  return `${tag} ${command.name}`
}
/** Copies, since the reader wipes what held a password. */
const read = (chunks: readonly Buffer[]): string[] => {
  const reader = preloginReader()
  const found: string[] = []
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk))
    for (let finding = reader.next(); finding !== undefined; finding = reader.next()) {
      found.push(show(finding))
      if (finding.is === 'fatal') return found
    }
  }
  return found
}
const one = (text: string) => read([Buffer.from(text)])

test('the commands before login are read', () => {
  assert.deepEqual(one('a CAPABILITY\r\nb noop\r\nc ID ("name" "x")\r\nd STARTTLS\r\ne LOGOUT\r\n'), [
    'a CAPABILITY', 'b NOOP', 'c ID', 'd STARTTLS', 'e LOGOUT',
  ])
})

test('LOGIN takes atoms, quoted strings and both kinds of literals', () => {
  assert.deepEqual(one('a LOGIN alice pw]x\r\n'), ['a LOGIN alice pw]x'])
  assert.deepEqual(one('a LOGIN "al ice" "p\\"w\\\\"\r\n'), ['a LOGIN al ice p"w\\'])
  assert.deepEqual(one('a LOGIN {5}\r\nalice {3+}\r\np\r\n\r\nb NOOP\r\n'), ['+', 'a LOGIN alice p\r\n', 'b NOOP'])
  assert.deepEqual(one('a LOGIN {5+}\r\nalice "pw"\r\n'), ['a LOGIN alice pw'])
  assert.deepEqual(one('a LOGIN {0+}\r\n pw\r\n'), ['a LOGIN undefined undefined'])
})

test('AUTHENTICATE takes an initial response', () => {
  assert.deepEqual(one('a AUTHENTICATE plain AGEAYg==\r\nb authenticate LOGIN\r\n'), ['a AUTHENTICATE PLAIN AGEAYg==', 'b AUTHENTICATE LOGIN undefined'])
})

test('ID is a flat list of pairs, or NIL', () => {
  assert.deepEqual(one('a ID ()\r\nb ID nil\r\nc ID ("a" NIL "b" {2+}\r\nxy)\r\n'), ['a ID', 'b ID', 'c ID'])
  for (const bad of ['', 'x', '("a")', '(("a" "b"))', `(${'"a" "b" '.repeat(31).trim()})`, '("a" "b") x', `${'('.repeat(5_000)}`]) {
    assert.deepEqual(one(`a ID ${bad}\r\n`), ['bad a'], bad)
  }
})

test('garbage is BAD, with the tag where there is one', () => {
  assert.deepEqual(one('GET / HTTP/1.1\r\n\r\na\r\na LOGIN x\r\na LOGIN x y z\r\na SELECT INBOX\r\n+ NOOP\r\na NOOP x\r\nx\n'), [
    'bad GET', 'bad *', 'bad *', 'bad a', 'bad a', 'bad a', 'bad *', 'bad a', 'bad *',
  ])
})

test('a literal beyond the limit is refused before it is read', () => {
  assert.deepEqual(one('a LOGIN {9000}\r\nb NOOP\r\n'), ['bad a', 'b NOOP'])
  assert.deepEqual(one('a LOGIN {9000+}\r\nb NOOP\r\n'), ['fatal '])
  for (const size of ['99999999999999999999', '4294967301', '-1', '', '1e3', ' 5', '0x5']) {
    assert.deepEqual(one(`a LOGIN {${size}+}\r\nb LOGIN alice pw\r\n`), ['fatal '], size)
    assert.deepEqual(one(`a LOGIN {${size}}\r\nb NOOP\r\n`), ['bad a', 'b NOOP'], size)
  }
  assert.deepEqual(one(`a LOGIN ${'x'.repeat(9_000)}\r\nb NOOP\r\n`), ['bad *', 'b NOOP'])
})

test('any chunking gives the same findings, and hostile bytes never throw', () => {
  const parts = fc.constantFrom('a ', 'LOGIN ', '"x', '" ', '{3}\r\n', '{2+}\r\n', '{9999+}\r\n', '\r\n', 'abc', ' ', 'NOOP', '\0', '\n', '\r', '\\', '*')
  fc.assert(fc.property(fc.array(parts, { maxLength: 30 }), fc.array(fc.nat(100)), (texts, cuts) => {
    const bytes = Buffer.from(texts.join(''))
    assert.deepEqual(read(cutAt(bytes, cuts)), read([bytes]))
  }), { numRuns: 2_000 })
})
