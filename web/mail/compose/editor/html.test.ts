import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { documentOfHtml, documentOfText } from './from-html.ts'
import { htmlCharactersMax, readHtml } from './html-tokens.ts'
import { htmlOfDocument, textOfDocument } from './to-html.ts'

const known = { knownCids: new Set(['pic@x']) }
const cleaned = (html: string) => htmlOfDocument(documentOfHtml(html, known)).replace(/^<html><body>\n|\n<\/body><\/html>$/gu, '')

test('what was written comes back the same from a draft', () => {
  const html = cleaned('<h2>件名</h2><p>今日は<b>大事</b>な<i>話</i>、<span style="color:#b3261e">赤</span> <a href="https://example.jp/?a=1&amp;b=2">ここ</a></p><p align=center>中央</p><ul><li>一</li><li>二<ol start=3><li>三</li></ol></li></ul><blockquote><p>引用</p></blockquote><p><br></p><img src="cid:pic@x" alt="図" width=200><hr><pre>a  b</pre>')
  assert.equal(cleaned(html), html)
  assert.match(html, /<img src="cid:pic@x" alt="図" width="200"/)
  assert.match(html, /text-align:center/)
  assert.equal(textOfDocument(documentOfHtml(html, known)), '件名\n今日は大事な話、赤 ここ <https://example.jp/?a=1&b=2>\n中央\n・一\n・二\n　3. 三\n> 引用\n\n[図]\n----------------------------------------\na  b')
})

test('nothing pasted carries a script, a remote picture, a style sheet or a strange target', () => {
  const hostile = [
    '<script>alert(1)</script><p onclick="x()">a</p>', '<img src=x onerror=alert(1)>', '<img src="https://tracker.example/p.gif">', '<a href="javascript:alert(1)">a</a>',
    '<a href=" java\nscript:alert(1)">a</a>', '<a href="data:text/html,x">a</a>', '<svg><animate attributeName=href values=javascript:alert(1) /></svg>', '<style>p{background:url(//x)}</style>a',
    '<p style="background:url(https://x)">a</p>', '<iframe srcdoc="<script>1</script>"></iframe>', '<math><mtext></p><img src=x onerror=1></math>', '<!--><img src=x onerror=alert(1)>-->',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<p title="><img src=x onerror=1>">a</p>', '<<script>a', '<form action=https://x><input name=p></form>', '<a href="https://x" style="position:fixed">a</a>',
    '<img src="cid:other@x">', '<title><p>x</title><b>y</b>', '<svg/><p>z</p>',
  ]
  for (const html of hostile) assert.doesNotMatch(cleaned(html), /<script|onerror|onclick|javascript:|data:|url\(|<svg|<style|<iframe|<form|<input|tracker|position|other@x/iu, html)
  assert.equal(cleaned('<svg/><p>z</p>'), '<p style="margin:0">z</p>')
})

test('what word processors put on the clipboard becomes plain structure', () => {
  assert.equal(cleaned('<b style="font-weight:normal" id="docs-internal"><p><span style="font-weight:700">太</span>字</p></b>'), '<p style="margin:0"><b>太</b>字</p>')
  assert.equal(cleaned('<html><head><style>x</style></head><body><!--StartFragment--><p class=MsoNormal>一<o:p></o:p></p><p>二<!--EndFragment--></body></html>'), '<p style="margin:0">一</p>\n<p style="margin:0">二</p>')
  assert.equal(cleaned('<div>一<div>二</div>三</div>'), '<p style="margin:0">一</p>\n<p style="margin:0">二</p>\n<p style="margin:0">三</p>')
  assert.equal(cleaned('<table><tr><td>a</td><td>b</td></tr></table>'), '<p style="margin:0">a</p>\n<p style="margin:0">b</p>')
  assert.equal(cleaned('a &amp; &#x3042;&#12356;&nbsp;b &lt;i&gt;'), '<p style="margin:0">a &amp; あい&nbsp;b &lt;i&gt;</p>')
})

test('any bytes make a valid document, and its HTML is stable', () => {
  const piece = fc.constantFrom('<p>', '</p>', '<li>', '<ul>', '</ul>', '<b>', '</b>', '<a href="https://x.jp">', '</a>', '<br>', '<pre>', '<blockquote>', '</blockquote>', '<h1>', '字', ' ', '<', '>', '&', '"', '<img src="cid:pic@x">', '<hr>', '<td>', '<!--', '-->', '\n', '<script>')
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const once = cleaned(pieces.join(''))
    assert.equal(cleaned(once), once)
  }), { numRuns: 500 })
})

test('nesting and length have an end', () => {
  assert.ok(documentOfHtml('<blockquote>'.repeat(20_000), known).nodeSize < 1_000)
  const started = readHtml('<'.repeat(htmlCharactersMax))
  assert.ok(started.length > 0)
  assert.equal(textOfDocument(documentOfText('一\r\n\n二')), '一\n\n二')
})
