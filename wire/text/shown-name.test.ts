import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDeceptiveName, savedName, shownName } from './shown-name.ts'

test('a name is one line that reads in one direction', () => {
  assert.equal(shownName('請求書\u202exslx.exe\r\nBcc: x'), '請求書xslx.exe Bcc: x')
  assert.equal(savedName('C:\\Users\\x\\..\\evil.pdf'), 'evil.pdf')
  assert.equal(savedName('../../etc/passwd'), 'passwd')
  assert.equal(savedName('.bashrc'), 'bashrc')
  assert.equal(savedName('con.txt'), '_con.txt')
  assert.equal(savedName('a:b*c?.txt'), 'a_b_c_.txt')
  assert.match(savedName(`${'長'.repeat(400)}.pdf`), /^長+\.pdf$/)
})

test('any name is safe to save, and stays what it is when saved again', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
    const saved = savedName(name)
    assert.doesNotMatch(saved, /[\u0000-\u001f\u007f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]|^\./)
    assert.ok(saved.length <= 160 && saved.isWellFormed())
    assert.equal(savedName(saved), saved)
  }))
})

test('names that deceive are told from names that are only odd', () => {
  const deceptive = ['invoice.pdf.exe', 'x\u202efdp.scr', `photo.jpg${' '.repeat(60)}.exe`, 'a.pdf.html', 'setup.exe', 'readme.txt.lnk']
  for (const name of deceptive) assert.equal(isDeceptiveName(name, 'application/octet-stream'), true, name)
  assert.equal(isDeceptiveName('x.svg', 'image/png'), true)
  for (const name of ['見積書 v1.2.pdf', 'backup.tar.gz', 'page.html', 'photo.jpeg', 'a.b.c.docx', '']) assert.equal(isDeceptiveName(name, 'application/octet-stream'), false, name)
})
