import assert from 'node:assert/strict'
import { domainToASCII } from 'node:url'
import { test } from 'node:test'
import { imitates, isSameSite, looksForeign, mixesScripts, shownHost, siteOf } from './look-alike.ts'

test('labels of letters that no language writes together are told from Japanese ones', () => {
  for (const label of ['p\u0430ypal', 'g\u03bfogle', '\u0430pple']) assert.equal(mixesScripts(label), true, label)
  for (const label of ['日本語ドメイン', 'カタカナabc', 'münchen', 'example', 'пример']) assert.equal(mixesScripts(label), false, label)
})

test('a host is shown in its letters only where they can not be taken for others', () => {
  assert.equal(shownHost(domainToASCII('日本語.jp')), '日本語.jp')
  assert.equal(shownHost(domainToASCII('münchen.de')), 'münchen.de')
  for (const host of ['p\u0430ypal.com', '\u0430\u0440\u0440\u04cf\u0435.com'].map((name) => domainToASCII(name))) {
    assert.equal(shownHost(host), host)
    assert.equal(looksForeign(host), true, host)
  }
  assert.equal(looksForeign(domainToASCII('日本語.jp')), false)
  assert.equal(looksForeign('example.com'), false)
})

test('a site is what somebody registered', () => {
  assert.equal(siteOf('www.mail.example.co.jp'), 'example.co.jp')
  assert.equal(siteOf('a.b.example.com'), 'example.com')
  assert.equal(isSameSite('login.example.com', 'example.com'), true)
  assert.equal(isSameSite('example.co.jp', 'evil.co.jp'), false)
})

test('a name one slip away imitates', () => {
  for (const host of ['rnicrosoft.com', 'micr0soft.com', 'www.m\u00efcrosoft.com']) assert.equal(imitates(domainToASCII(host), 'microsoft.com'), true, host)
  for (const host of ['microsoft.com', 'login.microsoft.com', 'macrosoft.com']) assert.equal(imitates(host, 'microsoft.com'), false, host)
})
