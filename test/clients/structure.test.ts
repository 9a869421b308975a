/**
 * ENVELOPE and BODYSTRUCTURE beside those of Debian's Dovecot: small messages that are easily got wrong, generated mail,
 * Japanese mail, and random heaps of boundaries and fields. Where we differ on purpose, the reason stands here.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { startDovecot, type Dovecot } from '../bench/peers/dovecot.ts'
import { japaneseCases } from '../corpus/japanese/cases.ts'
import { caseBytes } from '../corpus/japanese/twin.ts'
import { corpusMessage } from '../corpus/message.ts'
import { structureCases, type StructureCase } from '../corpus/structures/cases.ts'
import { heaps } from '../corpus/structures/heaps.ts'
import { fetched, valueAt, type Value } from './response-value.ts'
import { canonicalEnvelope, canonicalStructure } from './structure.ts'

const onPurpose: ReadonlyMap<string, string> = new Map([
  ['stray commas', 'an address that nobody wrote is not shown'],
  ['a bare word and an address', 'the last word is the address, the others are its name'],
  ['an unclosed angle', 'what is there is enough to answer to'],
  ['an unclosed quote', 'the text is shown rather than nothing'],
  ['an empty angle', 'a Reply-To without an address is none, so From stands in'],
  ['a name with an at sign', 'mail goes to the address in brackets; showing the one before them is how phishing works'],
  ['semicolons for commas', 'Outlook users type them; nobody is dropped'],
  ['a field that comes twice', 'the first counts, as it does for SEARCH and SORT'],
  ['a folded subject', 'unfolding keeps the blank it found, a tab included (RFC 5322 section 2.2.3)'],
  ['a type without a subtype', 'unreadable types are text/plain (RFC 2045 section 5.2)'],
  ['a type that is none', 'the same'],
  ['an empty type', 'the same'],
  ['a parameter without a value', 'only that parameter is left out, not those behind it'],
  ['an empty disposition', 'no disposition rather than one without a name, which the grammar has not'],
  ['content fields without MIME-Version', 'mailers forget it; the fields mean nothing else'],
  ['text after a boundary', 'that line is no delimiter (RFC 2046 section 5.1.1)'],
  ['a multipart without a boundary', 'opaque, so that a client can fetch what is in it'],
  ['20-file-name-raw-shift-jis', 'the backslash is half of a character there, not an escape'],
])

const present = process.getuid?.() === 0 && existsSync('/usr/sbin/dovecot') && existsSync('/usr/lib/dovecot/lmtp')
const skip = present ? false : 'no Dovecot here, or not root'
let root = ''
let dovecot: Dovecot | undefined

before(async () => {
  if (!present) return
  root = mkdtempSync(join(tmpdir(), 'bulkhead-structure-'))
  const tls = { certificate: join(root, 'certificate.pem'), key: join(root, 'key.pem') }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', tls.key, '-out', tls.certificate, '-days', '30', '-subj', '/CN=peer.example'], { stdio: 'ignore' })
  dovecot = await startDovecot(join(root, 'dovecot'), 22_143, 22_993, 22_024, tls)
}, { timeout: 60_000 })

after(async () => {
  await dovecot?.[Symbol.asyncDispose]()
  if (root !== '') rmSync(root, { recursive: true, force: true })
})

/** What Dovecot says of the messages, in order. */
const askedOf = async (port: number, messages: readonly Buffer[]): Promise<readonly ReadonlyMap<string, Value>[]> => {
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('latin1')
  const user = `u${process.pid}-${Date.now()}`
  socket.write(`a LOGIN ${user} correct-horse-battery\r\n`)
  // What comes before it is answered may be lost between Dovecot's processes.
  while (!String(await once(socket, 'data')).includes('a OK')) continue
  for (const bytes of messages) {
    socket.write(`b APPEND INBOX {${bytes.length}+}\r\n`)
    socket.write(bytes)
    socket.write('\r\n')
  }
  socket.write('c SELECT INBOX\r\nd FETCH 1:* (ENVELOPE BODYSTRUCTURE)\r\ne LOGOUT\r\n')
  let said = ''
  for await (const text of socket) said += String(text)
  return fetched(said)
}

const indexed = (bytes: Buffer): MessageIndex => {
  const indexer = messageIndexer()
  indexer.push(bytes)
  return indexer.end()
}

const compared = async (cases: readonly StructureCase[]): Promise<void> => {
  assert.ok(dovecot)
  const theirs = await askedOf(dovecot.imapPort, cases.map(({ bytes }) => bytes))
  assert.equal(theirs.length, cases.length)
  const differing = cases.filter(({ bytes, name }, at) => {
    const { envelopeWire, bodyStructureWire } = indexed(bytes)
    const ours = [canonicalEnvelope(valueAt(envelopeWire, 0).value), canonicalStructure(valueAt(bodyStructureWire, 0).value)]
    const dovecots = [canonicalEnvelope(theirs[at]?.get('ENVELOPE') ?? null), canonicalStructure(theirs[at]?.get('BODYSTRUCTURE') ?? null)]
    if (!onPurpose.has(name)) assert.deepEqual(ours, dovecots, `${name}: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`)
    return JSON.stringify(ours) !== JSON.stringify(dovecots)
  })
  assert.deepEqual(differing.map(({ name }) => name), cases.filter(({ name }) => onPurpose.has(name)).map(({ name }) => name))
}

test('small messages that are easily got wrong', { skip, timeout: 60_000 }, () => compared(structureCases))

test('Japanese and generated mail', { skip, timeout: 60_000 }, () => compared([
  ...japaneseCases.map((given) => ({ name: given.name, bytes: caseBytes(given) })),
  ...Array.from({ length: 150 }, (_, at) => ({ name: `generated ${at + 1}`, bytes: corpusMessage(at + 1, { seed: 1, largestBytes: 50_000 }) })),
]))

test('random heaps of boundaries and fields', { skip, timeout: 60_000 }, () => compared(heaps(400)))
