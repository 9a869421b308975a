import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode, type Charset } from '@bulkhead/test/corpus/encode.ts'
import { decodedBytes } from './charset.ts'
import { guessedCharset } from './charset-guess.ts'
import { decodedContent, decodedHeaderText, decodedText } from './decoded-text.ts'
import { inQuotedPrintable } from './encode-body.ts'
import { decodedWords } from './encoded-word.ts'
import { messageIndexer } from './indexer.ts'
import { cutAt } from '../testing/cut-at.ts'
import { base64Decoder, quotedPrintableDecoder } from './transfer-encoding.ts'

const greeting = '日本語のテスト、表示とソフト①㈱髙'
const jis = (...codes: readonly (number | string)[]): Buffer =>
  Buffer.concat(codes.map((code) => (typeof code === 'string' ? Buffer.from(code, 'latin1') : Buffer.from([code]))))
const body = (bytes: Buffer, charset: string | null, subtype = 'plain'): string =>
  decodedText({ type: 'text', subtype, encoding: '8bit', parameters: charset === null ? [] : [['charset', charset]] }, bytes)
const word = (charset: string, bytes: Buffer): string => `=?${charset}?B?${bytes.toString('base64')}?=`

// The cases of real Japanese mail that other libraries were measured on.
test('a UTF-8 subject split inside a character is whole again', () => {
  const bytes = encode('件名です', 'utf-8')
  assert.equal(decodedWords(`${word('UTF-8', bytes.subarray(0, 4))} ${word('utf-8', bytes.subarray(4))}`), '件名です')
})
test('an ISO-2022-JP subject split without a new escape is whole again', () => {
  const bytes = encode('長い件名です', 'iso-2022-jp')
  assert.equal(decodedWords(`${word('ISO-2022-JP', bytes.subarray(0, 7))} ${word('ISO-2022-JP', bytes.subarray(7))}`), '長い件名です')
})
for (const charset of ['iso-2022-jp', 'shift_jis', 'euc-jp', 'utf-8'] as const) {
  test(`a raw ${charset} subject is read`, () => {
    assert.equal(decodedHeaderText(Buffer.concat([Buffer.from(' Re: '), encode(greeting, charset)])), `Re: ${greeting}`)
  })
  for (const label of [null, 'us-ascii', 'x-unknown', 'frobnicated']) {
    test(`a ${charset} body is read though its charset is ${label ?? 'not given'}`, () => {
      assert.equal(body(encode(greeting, charset), label), greeting)
    })
  }
}
for (const label of ['CP50220', 'CP50221', 'cp50222', 'ISO-2022-JP-MS', 'x-windows-iso2022jp', 'csISO2022JP', 'jis']) {
  test(`${label} is a name of ISO-2022-JP`, () => assert.equal(body(encode(greeting, 'iso-2022-jp'), label), greeting))
}
for (const label of ['cp932', 'MS932', 'Windows-31J', 'x-sjis', 'SJIS-win']) {
  test(`${label} is a name of Shift_JIS`, () => assert.equal(body(encode(greeting, 'shift_jis'), label), greeting))
}
for (const label of ['eucJP-ms', 'cp51932', 'x-euc-jp']) {
  test(`${label} is a name of EUC-JP`, () => assert.equal(body(encode(greeting, 'euc-jp'), label), greeting))
}
for (const charset of ['shift_jis', 'utf-8'] as const) {
  test(`a ${charset} body labelled iso-2022-jp is read`, () => assert.equal(body(encode(greeting, charset), 'iso-2022-jp'), greeting))
}
test('a Shift_JIS body labelled utf-8 is read, and a damaged UTF-8 one stays UTF-8', () => {
  assert.equal(body(encode(greeting, 'shift_jis'), 'utf-8'), greeting)
  const damaged = Buffer.concat([encode(greeting.repeat(3), 'utf-8'), Buffer.from([0xe3])])
  assert.equal(body(damaged, 'utf-8'), `${greeting.repeat(3)}\ufffd`)
})
test('JIS under a Western label is read', () => assert.equal(body(encode(greeting, 'iso-2022-jp'), 'iso-8859-1'), greeting))
test('HTML whose charset is only in its meta element is read', () => {
  const html = `<html><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>ｶﾅ 能力</p>`
  assert.equal(body(encode(html, 'shift_jis'), null, 'html'), html)
  const short = '<meta charset="euc-jp"><p>表示</p>'
  assert.equal(body(encode(short, 'euc-jp'), null, 'html'), short)
})

// What CP50221 adds to ISO-2022-JP.
test('half-width kana come by ESC ( I, by SO/SI and raw', () => {
  assert.equal(decodedBytes(jis('\x1b(I1\x1b(B'), 'iso-2022-jp'), 'ｱ')
  assert.equal(decodedBytes(jis('\x0e1\x0f1'), 'cp50222'), 'ｱ1')
  assert.equal(decodedBytes(jis('\x1b$B$"\x1b(B', 0xb1, 0xb2), 'iso-2022-jp'), 'あｱｲ')
})
test('JIS X 0212, NEC row 13 and the IBM rows are read', () => {
  assert.equal(decodedBytes(jis('\x1b$(D0!\x1b(B'), 'iso-2022-jp'), '丂')
  assert.equal(decodedBytes(jis('\x1b$B-!-j|b\x1b(B'), 'iso-2022-jp'), '①㈱髙')
  assert.equal(decodedBytes(jis('\x1b$B', 0x93, 0x21, '\x1b(B'), 'cp50221').length, 1)
})
test('a line that does not return to ASCII ends its set, and raw Shift_JIS between is read', () => {
  assert.equal(decodedBytes(jis('\x1b$B$"\r\nabc'), 'iso-2022-jp'), 'あ\r\nabc')
  assert.equal(decodedBytes(jis('\x1b$B$"\x1b(B', 0x82, 0xa0), 'iso-2022-jp'), 'ああ')
})

const shortWords = ['表示', 'ソフト', '能力', '件名', 'お知らせ', '東京都', '請求書', 'テスト', 'メール', '株式会社', 'ありがとう', '写真', '御中', '予約']
for (const text of shortWords) {
  for (const charset of ['shift_jis', 'euc-jp', 'iso-2022-jp', 'utf-8'] as const satisfies readonly Charset[]) {
    test(`${text} in ${charset} is recognised without a label`, () => assert.equal(guessedCharset(encode(text, charset)), charset))
  }
}
test('ｶﾅ without a label is Shift_JIS, and Western text is Western', () => {
  assert.equal(guessedCharset(encode('ｶﾅ', 'shift_jis')), 'shift_jis')
  for (const text of ['café', 'Grüße aus Köln', 'naïve']) assert.equal(guessedCharset(encode(text, 'iso-8859-1')), 'western')
})

const fileName = (...fields: readonly string[]): string | null => {
  const indexer = messageIndexer()
  indexer.push(Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1'))
  return indexer.end().root.fileName
}
const raw = (charset: Charset): string => encode('請求書ソ.pdf', charset).toString('latin1')
const percent = (charset: Charset): string =>
  [...encode('請求書ソ.pdf', charset)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const named: Readonly<Record<string, readonly string[]>> = {
  'RFC 2231 in UTF-8': [`Content-Disposition: attachment; filename*=utf-8''${percent('utf-8')}`],
  'RFC 2231 in ISO-2022-JP with a language': [`Content-Disposition: attachment; filename*=iso-2022-jp'ja'${percent('iso-2022-jp')}`],
  'RFC 2231 in pieces, out of order': [
    `Content-Disposition: attachment; filename*1*=${percent('utf-8').slice(12)}; filename*0*=utf-8''${percent('utf-8').slice(0, 12)}`,
  ],
  'RFC 2047 in quotes': [`Content-Disposition: attachment; filename="${word('iso-2022-jp', encode('請求書ソ.pdf', 'iso-2022-jp'))}"`],
  'RFC 2047 bare': [`Content-Disposition: attachment; filename=${word('utf-8', encode('請求書ソ.pdf', 'utf-8'))}`],
  'name= only': ['Content-Disposition: attachment', `Content-Type: application/pdf; name="${word('utf-8', encode('請求書ソ.pdf', 'utf-8'))}"`],
  'raw Shift_JIS': [`Content-Disposition: attachment; filename="${raw('shift_jis')}"`],
  'raw EUC-JP': [`Content-Disposition: attachment; filename="${raw('euc-jp')}"`],
  'raw UTF-8': [`Content-Disposition: attachment; filename=${raw('utf-8')}`],
  'raw ISO-2022-JP': [`Content-Disposition: attachment; filename="${raw('iso-2022-jp')}"`],
  'a broken filename and a good name': [
    "Content-Disposition: attachment; filename*=iso-2022-jp''%1b$B%7e%7e",
    `Content-Type: application/pdf; name="${raw('utf-8')}"`,
  ],
}
for (const [how, fields] of Object.entries(named)) {
  test(`a file name is read: ${how}`, () => assert.equal(fileName(...fields), '請求書ソ.pdf'))
}

test('a bare file name keeps its blanks and brackets, and a comment is none of it', () => {
  assert.equal(fileName('Content-Disposition: attachment; filename=Q1 report (1).pdf; size=3'), 'Q1 report (1).pdf')
  assert.equal(fileName('Content-Disposition: attachment; filename=a.txt (the text)'), 'a.txt')
})

test('hostile bytes decode to something under every label, never to a throw', () => {
  const labels = fc.constantFrom('', 'iso-2022-jp', 'shift_jis', 'euc-jp', 'utf-8', 'utf-7', 'iso-2022-kr', 'x'.repeat(99), '__proto__')
  const bytes = fc.array(fc.constantFrom(0x1b, 0x24, 0x42, 0x28, 0x49, 0x0e, 0x0f, 0x0a, 0x21, 0x7e, 0x41, 0x81, 0xa4, 0xff), { maxLength: 40 })
  fc.assert(fc.property(labels, bytes, (label, codes) => typeof decodedBytes(Buffer.from(codes), label) === 'string'))
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => typeof decodedWords(`=?utf-8?q?${text}?= =?${text}`) === 'string'))
})

test('transfer encodings decode to what was encoded, in any chunking, with junk between', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(400)), (bytes, cuts) => {
      const text = Buffer.from(Buffer.from(bytes).toString('base64').replace(/(.{60})/g, '$1\r\n!'), 'latin1')
      const decoder = base64Decoder()
      assert.deepEqual(Buffer.concat(cutAt(text, cuts).map((chunk) => decoder.push(chunk))), Buffer.from(bytes))
    }),
  )
  const quoted = 'a=C3=A9 \t\r\nb=\r\nc=3D=zz=4'
  fc.assert(
    fc.property(fc.array(fc.nat(30)), (cuts) => {
      const decoder = quotedPrintableDecoder()
      const decoded = cutAt(Buffer.from(quoted), cuts).map((chunk) => decoder.push(chunk))
      assert.equal(Buffer.concat([...decoded, decoder.end()]).toString('latin1'), 'a\xc3\xa9\r\nbc==zz=4')
    }),
  )
})

test('blanks before the end of a line: those added on the way go, those that were meant stay (RFC 2045 section 6.7 rule 3)', () => {
  const decoded = (text: string): string => decodedContent('quoted-printable', Buffer.from(text)).toString('latin1')
  assert.equal(decoded('added \t\r\n'), 'added\r\n')
  assert.equal(decoded('--=20\r\nflowed=20 \r\n=09\r\n'), '-- \r\nflowed \r\n\t\r\n')
  assert.equal(decoded('before a soft break =\r\n\r\n'), 'before a soft break \r\n')
})

test('quoted-printable gives back what went into it', () => {
  const lines = fc.array(fc.constantFrom(' ', '\t', '\r\n', '=', 'a', '\x80', ' '.repeat(80)), { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'))
  fc.assert(
    fc.property(lines, fc.array(fc.nat(400)), (bytes, cuts) => {
      const decoder = quotedPrintableDecoder()
      const decoded = cutAt(inQuotedPrintable(bytes), cuts).map((chunk) => decoder.push(chunk))
      assert.deepEqual(Buffer.concat([...decoded, decoder.end()]), bytes)
    }),
  )
})

test('pictograms of docomo and au are emoji, by Shift_JIS and by JIS, raw between JIS too', () => {
  assert.deepEqual([0xf89f, 0xf991, 0xf660, 0xf340].map((code) => decodedBytes(jis(code >> 8, code & 0xff), 'shift_jis')), ['\u2600', '\u2764', '\u2600', '\u{1f342}'])
  assert.equal(decodedBytes(jis('\x1b$B$"\x75\x41\x1b(B'), 'iso-2022-jp'), 'あ\u2600')
  assert.equal(decodedBytes(jis('\x1b$B$"\x1b(B', 0xf8, 0x9f), 'iso-2022-jp'), 'あ\u2600')
  assert.equal(decodedBytes(jis(0xf0, 0x40), 'shift_jis'), '\ue000')
})

// The characters IBM added, as eucJP-ms has them.
test('eucJP-ms has the IBM characters behind JIS X 0212', () => {
  assert.equal(decodedBytes(jis(0x8f, 0xf3, 0xf3, 0xa4, 0xa2, 0x8f, 0xf4, 0xfd, 0x8f, 0xb0, 0xa1), 'eucJP-ms'), 'ⅰあ\ufa2d丂')
  assert.equal(decodedBytes(jis(0xad, 0xa1, 0xfc, 0xe2), 'eucJP-ms'), '①髙')
})

const elsewhere: readonly (readonly [label: string, bytes: string, text: string])[] = [
  ['utf-7', 'Hi +ZeVnLIqe- A+-B', 'Hi 日本語 A+B'],
  ['unicode-1-1-utf-7', '+MEIwRDBG-', 'あいう'],
  ['hz-gb-2312', '~{<:Ky2;~} ~~', '己所不 ~'],
  ['iso-2022-kr', '\x1b$)C\x0e0!3*\x0f!', '가나!'],
  ['iso-2022-cn', '\x1b$)A\x0e=;;;\x0f!', '交换!'],
  ['iso-2022-jp-2', '\x1b$A=;;;\x1b$(C0!\x1b(B', '交换가'],
  ['iso-2022-jp-3', '\x1b$(O.!$"\x1b(B', '\u4ff1あ'],
  ['iso-2022-jp-2004', '\x1b$(Q.!$w\x1b$(P!!\x1b(B!', '\u4ff1か\u309a\u{20089}!'],
  ['iso-2022-jp', '\x1b(Jabc\x1b(B', 'abc'],
  ['cp50221', '\x1b$B\xb0\xa1\x1b(B', '亜'],
  ['gb2312', '\xc4\xe3\x949\xfc6', '你😀'],
  ['koi8-r', '\xf0\xf2\xe9\xf7\xe5\xf4', 'ПРИВЕТ'],
  ['utf-16', '\xfe\xff0B0D', 'あい'],
  ['utf-16', '\xff\xfeB0D0', 'あい'],
  ['ucs-2', '0B0D', 'あい'],
  ['iso-8859-1', '\xe8\xa1\xa8\xe7\xa4\xba', '表示'],
  ['iso-8859-1', 'caf\xe9', 'café'],
]
for (const [label, bytes, text] of elsewhere) {
  test(`${JSON.stringify(bytes)} under ${label} is ${text}`, () => assert.equal(decodedBytes(jis(bytes), label), text))
}

test('a character split between a Q word and a B word is whole again', () => {
  assert.equal(decodedWords('=?utf-8?q?=E4=BB?= =?utf-8?b?tg==?='), '件')
  assert.equal(decodedWords('=?ISO-2022-JP?B?GyRC?= =?ISO-2022-JP?Q?$"=1B=28B?='), 'あ')
})
