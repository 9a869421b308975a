import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileHtml } from '@bulkhead/test/corpus/hostile-html/vectors.ts'
import { boundedTree, isElement, isText, type HtmlNode } from './bounded-tree.ts'
import { contrast } from './testing/contrast.ts'
import { hexColour, recoloured } from './css-colour.ts'
import { cssProperties } from './css-properties.ts'
import { shownElements } from './elements.ts'
import type { HtmlPolicy } from './policy.ts'
import type { SafeNode } from './safe-node.ts'
import { serialized } from './serializer.ts'
import { safeHtml } from './safe-html.ts'

const proxied = 'https://content.example/content/t'

const policy: HtmlPolicy = {
  dark: false,
  image: (source) => (source.is === 'part' ? `${proxied}/part` : null),
  link: (address) => address,
  foldLabel: 'Quoted',
}

const shown = (html: string, changes: Partial<HtmlPolicy> = {}) => safeHtml(html, { ...policy, ...changes })

const attributeNames = new Set(`align alt bgcolor border cellpadding cellspacing class clear color cols colspan datetime dir face height href hspace id
  lang name noshade nowrap open rel reversed role rowspan scope size span src start style target title type valign value vspace width`.split(/\s+/))

const elementsOf = (node: HtmlNode): readonly Extract<HtmlNode, { tagName: string }>[] =>
  isElement(node) ? [node, ...node.childNodes.flatMap(elementsOf)] : []

/** What a browser would find in the text has to be on the lists, whatever was put in. */
const checkShown = (html: string, sheet: string): void => {
  const page = `<!DOCTYPE html><html><head><style>${sheet}</style></head><body>${html}</body></html>`
  for (const element of boundedTree(page).document.childNodes.flatMap(elementsOf)) {
    if (['html', 'head', 'body'].includes(element.tagName) || (element.tagName === 'style' && element.parentNode?.nodeName === 'head')) continue
    assert.equal(element.namespaceURI, 'http://www.w3.org/1999/xhtml')
    assert.ok(shownElements.has(element.tagName), element.tagName)
    for (const { name, value } of element.attrs) checkAttribute(name, value)
  }
  checkCss(sheet)
  assert.doesNotMatch(sheet, /</)
}

const checkAttribute = (name: string, value: string): void => {
  assert.ok(attributeNames.has(name), name)
  if (name === 'href') assert.match(value, /^(?:https?:|mailto:|tel:|#m-)/)
  if (name === 'src') assert.match(value, /^(?:https:\/\/content\.example\/|data:image\/(?:png|jpe?g|gif|webp|bmp);base64,)/)
  if (name === 'id' || name === 'name') assert.match(value, /^m-/)
  if (name === 'target') assert.equal(value, '_blank')
  if (name === 'style') {
    checkCss(value)
    for (const declaration of value.split(/;(?=[a-z-]+:)/)) assert.ok(cssProperties.has(declaration.slice(0, declaration.indexOf(':'))), declaration)
  }
}

const checkCss = (css: string): void => {
  assert.doesNotMatch(css, /position\s*:|@import|@font-face|expression|var\(|behavior|\\/i)
  for (const [, address] of css.matchAll(/url\("([^"]*)"\)/g)) assert.match(address ?? '', /^(?:https:\/\/content\.example\/|data:image\/)/)
  assert.equal(css.match(/url\(/g)?.length ?? 0, css.match(/url\("[^"]*"\)/g)?.length ?? 0)
}

for (const { name, html } of hostileHtml) {
  test(`corpus: ${name}`, () => {
    const { html: safe, sheet } = shown(html)
    checkShown(safe, sheet)
    const again = shown(html, { image: () => `${proxied}/image`, dark: true })
    checkShown(again.html, again.sheet)
  })
}

const asWritten = (node: HtmlNode): SafeNode => {
  if (isText(node)) return node.value
  assert.ok(isElement(node))
  return { name: node.tagName, attributes: node.attrs.map(({ name, value }) => [name, value] as const), children: node.childNodes.map(asWritten) }
}

const tagName = fc.constantFrom(
  'a', 'b', 'p', 'div', 'table', 'tr', 'td', 'svg', 'math', 'style', 'script', 'img', 'form', 'select', 'option', 'template', 'noscript', 'mtext', 'mglyph',
  'foreignObject', 'title', 'textarea', 'xmp', 'li', 'h1', 'button', 'nobr', 'details', 'summary', 'pre', 'frameset', 'body', 'html', 'annotation-xml', 'desc',
)
const attribute = fc.tuple(
  fc.constantFrom('href', 'src', 'style', 'class', 'id', 'onclick', 'title', 'background', 'width', 'xlink:href', 'encoding', 'type', 'bgcolor'),
  fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }),
    fc.constantFrom('javascript:alert(1)', 'color:red;position:fixed', 'url(https://leak.example)', 'cid:x', '//leak.example/x', '"><img src=x onerror=alert(1)>', 'text/html'),
  ),
).map(([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
const piece = fc.oneof(
  fc.tuple(tagName, fc.array(attribute, { maxLength: 2 })).map(([name, attributes]) => `<${name}${attributes.join('')}>`),
  tagName.map((name) => `</${name}>`),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  fc.constantFrom('<!--', '-->', '<![CDATA[', ']]>', '&lt;', '&#0;', '\n', '\0', '{', '}', 'url(', "'", '"'),
)
const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))

test('any text gives listed elements and attributes alone, and a parser reads it as it was written', () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 })), (html) => {
      const { html: safe, sheet } = shown(html)
      checkShown(safe, sheet)
      const tree = boundedTree(`<!DOCTYPE html><html><head></head><body>${safe}</body></html>`)
      const [, body] = tree.document.childNodes.flatMap(elementsOf).filter(({ tagName: name }) => name === 'head' || name === 'body')
      assert.equal(serialized((body?.childNodes ?? []).map(asWritten)), safe)
    }),
    { numRuns: 300 },
  )
})

test('any style gives listed properties alone', () => {
  const css = fc.array(fc.oneof(
    fc.constantFrom('color', 'background', 'position', ':', ';', 'url(', ')', '(', 'red', '"', "'", '\\', '/*', '*/', '!important', '{', '}', '@media screen', '@import', 'a', '.b', ',', '10px', '#fff', '--x', 'var('),
    fc.string({ unit: 'binary-ascii', maxLength: 6 }),
  ), { maxLength: 30 }).map((parts) => parts.join(' '))
  fc.assert(fc.property(css, (text) => {
    const { html, sheet } = shown(`<style>${text.replaceAll('<', '')}</style><p style="${text.replaceAll('"', '&quot;')}">x</p>`)
    checkShown(html, sheet)
  }), { numRuns: 300 })
})

test('two colours on a dark page differ as much as they did', () => {
  const colour = fc.integer({ min: 0, max: 0xff_ffff }).map((value) => hexColour(value.toString(16).padStart(6, '0')))
  fc.assert(fc.property(colour, colour, (one, other) => {
    assert.ok(one !== undefined && other !== undefined)
    const before = contrast(one, other)
    const after = contrast(recoloured(one), recoloured(other))
    // A channel is one of 256: near black a step is a twentieth.
    assert.ok(Math.abs(after / before - 1) < 0.12, `${before} became ${after}`)
  }))
})

test('what mail really holds stays: tables, colours, lists, images of the message, links, a phone\'s media rules', () => {
  const { html, sheet, links } = shown(`<head><style>.x{color:#123456 !important} @media only screen and (max-width: 480px){table.x{width:100%!important}}</style></head>
    <table class="x" width="600" cellpadding="0" bgcolor="#EEE"><tr><td align="center" style="font-family:'MS PGothic',Meiryo,sans-serif;padding:4px 0">
    <img src="cid:logo" alt="Logo"><a href="HTTPS://Shop.Example/%E3%81%82?a=1&amp;b=2" style="color:rgb(0 128 0 / 50%)">見る</a></td></tr></table>`)
  assert.match(html, /<table class="m-x" width="600" cellpadding="0" bgcolor="#eeeeee"><tbody><tr><td align="center" style="font-family:&quot;MS PGothic&quot; , &quot;Meiryo&quot; , sans-serif;padding:4px 0">/)
  assert.match(html, /<img src="https:\/\/content\.example\/content\/t\/part" alt="Logo">/)
  assert.match(html, /style="color:rgba\(0,128,0,0\.5\)"/)
  assert.equal(sheet, '.bulkhead-message .m-x{color:#123456 !important}@media only screen and (max-width:480px){.bulkhead-message table.m-x{width:100% !important}}')
  assert.deepEqual(links, [{ text: '見る', address: 'https://shop.example/%E3%81%82?a=1&b=2' }])
})

test('the quoted tail is folded, an answer between the lines is not', () => {
  assert.equal(shown('<p>Yes.</p><blockquote type="cite"><p>Shall we?</p></blockquote>').hasQuote, true)
  assert.equal(shown('<p>Yes.</p><div class="gmail_quote">On Monday …<blockquote>Shall we?</blockquote></div><br>').hasQuote, true)
  assert.equal(shown('<p>Yes.</p><div id="divRplyFwdMsg">From: x</div><p>Shall we?</p>').hasQuote, true)
  assert.equal(shown('<blockquote type="cite"><p>Shall we?</p></blockquote><p>Yes.</p>').hasQuote, false)
  assert.equal(shown('<p>See:</p><blockquote type="cite">Shall we?</blockquote><p>Yes.</p>').hasQuote, false)
})

test('remote images are counted, wherever they stand', () => {
  const html = '<body background="https://x.example/1"><img src="//x.example/2"><p style="background:url(https://x.example/3)"><style>p{background:url(https://x.example/4)}</style><img src="cid:a">'
  assert.equal(shown(html).remoteImages, 4)
})

test('what is too much ends the reading, not the process', () => {
  const many = 1_000_000
  for (const html of ['<div>', '<b>', '<p>', '<table>', '<a a b c d>', '</p>', '<!--', '<svg>', '<style>a{', '&amp;', '<td background=x>'].map((unit) => unit.repeat(many / unit.length))) {
    const { html: safe, sheet } = shown(html)
    assert.ok(safe.length + sheet.length < 8 * many)
  }
  assert.equal(shown('<i>x'.repeat(100_000)).truncated, true)
  assert.equal(shown('x'.repeat(2_000_000)).truncated, true)
})
