import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applies, outcomeText, patchFor, type OutcomeWords, type Tried } from './outcome.ts'

const nothing: Tried = { emailId: 'M1', failed: null, actions: [], isKept: true, keywords: [] }
const filed: Tried = { ...nothing, isKept: false, actions: [{ is: 'fileinto', mailbox: 'A', specialUse: null, keywords: ['\\Seen', 'Mine'] }] }
const ids = (name: string): string | undefined => ({ A: 'a', INBOX: 'in' })[name]

test('a message is put where the rules say, and marked; what can not be taken back is not done', () => {
  assert.deepEqual(patchFor(nothing, 'in', ids), {})
  assert.deepEqual(patchFor(filed, 'in', ids), { 'mailboxIds/in': null, 'mailboxIds/a': true, 'keywords/$seen': true, 'keywords/mine': true })
  assert.deepEqual(patchFor({ ...filed, isKept: true, keywords: ['\\Flagged'] }, 'in', ids), { 'mailboxIds/a': true, 'keywords/$seen': true, 'keywords/mine': true, 'keywords/$flagged': true })
  assert.deepEqual(patchFor(filed, 'a', ids), { 'mailboxIds/a': true, 'keywords/$seen': true, 'keywords/mine': true })
  const away: Tried = { ...filed, actions: [{ is: 'fileinto', mailbox: 'Gone', specialUse: null, keywords: [] }] }
  assert.deepEqual(patchFor(away, 'in', ids), {}, 'nothing is taken out of where it is for a mailbox that is not there')
  assert.deepEqual(patchFor({ ...nothing, isKept: false, actions: [{ is: 'discard' }] }, 'in', ids), {})
  assert.deepEqual(patchFor({ ...nothing, isKept: false, actions: [{ is: 'redirect', address: 'a@b.example' }] }, 'in', ids), {})
})

test('what would be done is said', () => {
  const words: OutcomeWords = {
    moved: (mailbox) => `to ${mailbox}`, copied: (mailbox) => `copy to ${mailbox}`, marked: { $seen: 'read', $flagged: 'starred' },
    forwarded: (address) => `on to ${address}`, deleted: 'gone', stopped: (why) => `stopped: ${why}`, nothing: 'stays', then: ', ',
  }
  const said = (tried: Tried): string => outcomeText(tried, words, (path) => path.toLowerCase())
  assert.equal(said(filed), 'to a, read')
  assert.equal(said({ ...filed, isKept: true, keywords: ['\\Flagged'] }), 'copy to a, read, starred')
  assert.equal(said({ ...nothing, isKept: false, actions: [{ is: 'redirect', address: 'a@b.example' }] }), 'on to a@b.example')
  assert.equal(said({ ...nothing, isKept: false, actions: [{ is: 'discard' }] }), 'gone')
  assert.equal(said(nothing), 'stays')
  assert.equal(said({ ...nothing, failed: 'x' }), 'stopped: x')
  assert.deepEqual([nothing, filed, { ...nothing, keywords: ['\\Seen'] }].map(applies), [false, true, true])
})
