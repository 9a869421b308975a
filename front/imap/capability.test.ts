/** `docs/rfc/imap.md` is checked: who announces something says there which rule it is and what shows it. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testLimits } from '../../test/golden/in-process.ts'
import { capabilityText } from './capability.ts'

const root = join(import.meta.dirname, '../..')
const transcripts = join(root, 'test/golden/imap')
const text = readFileSync(join(root, 'docs/rfc/imap.md'), 'utf8')

const cellsOf = (line: string): readonly string[] => line.split('|').slice(1, -1).map((cell) => cell.trim())
const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

/** Rows of the table with this first heading. */
const rowsOf = (heading: string): readonly (readonly string[])[] => {
  const [, body = ''] = text.split(`| ${heading} |`)
  const lines = body.split('\n')
  const end = lines.findIndex((line, at) => at > 0 && !line.startsWith('|'))
  return lines.slice(2, end).map(cellsOf)
}

const rules = rowsOf('rule')
const announced = capabilityText({ limits: testLimits, jmapUrl: 'https://mail.one.example/jmap/session' }).split(' ').slice(1).map((name) => name.replace(/^(APPENDLIMIT)=.*/, '$1='))
/** What the gate announces for itself, before somebody has logged in. */
const atTheGate = ['STARTTLS', 'LOGINDISABLED', 'AUTH=PLAIN', 'AUTH=LOGIN']

/** What Dovecot, Cyrus, Stalwart and James announce between them. */
const announcedByOthers = `
  ACL ANNOTATE-EXPERIMENT-1 APPENDLIMIT= BINARY CATENATE CHILDREN COMPRESS=DEFLATE CONDSTORE CONTEXT=SEARCH CREATE-SPECIAL-USE DIGEST=SHA1
  ENABLE ESEARCH ESORT I18NLEVEL=1 ID IDLE IMAP4rev1 IMAP4rev2 INPROGRESS JMAPACCESS LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS LIST-STATUS
  LITERAL+ LOGIN-REFERRALS MAILBOX-REFERRALS MESSAGELIMIT METADATA MOVE MULTIAPPEND NAMESPACE NO_ATOMIC_RENAME NOTIFY OBJECTID OBJECTID+
  PARTIAL PREVIEW PREVIEW=FUZZY QRESYNC QUOTA QUOTA=RES-MESSAGE QUOTA=RES-STORAGE REPLACE RIGHTS=texk SASL-IR SAVEDATE SAVELIMIT SCAN
  SEARCH=FUZZY SEARCHRES SNIPPET=FUZZY SORT SORT=DISPLAY SORT=MODSEQ SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT THREAD=REFERENCES
  THREAD=REFS UIDBATCHES UIDONLY UIDPLUS UNAUTHENTICATE UNSELECT URL-PARTIAL URLAUTH URLAUTH=BINARY UTF8=ACCEPT WITHIN X-REPLICATION XLIST
  XMOVE`.trim().split(/\s+/)

const shows = (name: string): boolean => existsSync(name.endsWith('.test.ts') ? join(root, name) : join(transcripts, `${name}.txt`))

test('what is announced has a row that names the rule and what shows it', () => {
  for (const name of [...announced, ...atTheGate]) {
    const rows = rules.filter(([, subject = '']) => quoted(subject).includes(name))
    assert.ok(rows.length > 0, `${name} has no row`)
    for (const [rule, , code = '', shown = ''] of rows) {
      assert.ok(quoted(code).length > 0 && quoted(shown).length > 0, `${name} is shown by nothing: ${rule}`)
    }
  }
})

test('rows name files, transcripts and tests that are there, and every transcript is named', () => {
  const named = rules.flatMap(([, , , shown = '']) => quoted(shown))
  assert.deepEqual(named.filter((name) => !shows(name)), [])
  const all = readdirSync(transcripts).map((name) => name.replace(/\.txt$/, ''))
  assert.deepEqual(all.filter((name) => !named.includes(name)), [])
  const files = rules.flatMap(([, , code = '']) => quoted(code))
  const isThere = (file: string): boolean => existsSync(join(root, file)) || existsSync(join(root, 'front/imap', file))
  assert.deepEqual(files.filter((file) => !isThere(file)), [])
})

test('what is left out has a reason, and is not announced', () => {
  const left = rowsOf('left out')
  assert.ok(left.length > 0)
  for (const [names = '', why = ''] of left) {
    assert.ok(quoted(names).length > 0 && why !== '', names)
    for (const name of quoted(names)) assert.ok(!announced.some((one) => one === name || one.startsWith(`${name}=`)), `${name} is announced`)
  }
})

test('what others announce is announced, or left out with a reason', () => {
  const leftOut = rowsOf('left out').flatMap(([names = '']) => quoted(names))
  assert.deepEqual(announcedByOthers.filter((name) => !announced.includes(name) && !leftOut.includes(name)), [])
})
