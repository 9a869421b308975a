import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nameOf, yomiOf, type Card } from './card.ts'
import { cardsOfCsv, contactsPerFileMax, csvOfCards, readCsv } from './csv.ts'
import { freshCards } from './fresh-cards.ts'
import { cardOf, emptyForm, formOf, patchOf } from './person-form.ts'
import { decodeFile, encodeShiftJis } from './shift-jis.ts'
import { cardsOfVcards, vcardsOf } from './vcard.ts'

const person = {
  ...emptyForm, surname: '山田', given: '太郎', surnameYomi: 'やまだ', givenYomi: 'たろう', organization: '株式会社ＡＢＣ, 東京', organizationYomi: 'かぶしきがいしゃえーびーしー', department: '営業部',
  title: '部長', emails: ['taro@example.jp', 'a..b@docomo.ne.jp'], phones: ['090-1234-5678'], postcode: '100-0001', region: '東京都', locality: '千代田区', street: '千代田1-1', note: '一行目\n二行目;"引用"',
}

test('a form becomes a card and comes back; what the form does not know stays', () => {
  const before: Card = { ...cardOf(person), id: 'C1', nicknames: { n: { name: 'タロ' } } }
  assert.deepEqual(formOf(before), person)
  const after = cardOf({ ...person, title: '', emails: ['taro@example.jp'] }, before)
  assert.deepEqual(patchOf(before, after), { titles: null, emails: { e1: { address: 'taro@example.jp' } } })
  assert.deepEqual([nameOf(before), yomiOf(before)], ['山田 太郎', 'やまだ たろう'])
  assert.equal(nameOf(cardOf({ ...emptyForm, surname: 'Smith', given: 'John' })), 'John Smith')
})

for (const version of ['3.0', '4.0'] as const) {
  test(`vCard ${version} comes back as it went, in lines that are short enough`, () => {
    const text = vcardsOf([cardOf(person)], version)
    assert.deepEqual(cardsOfVcards(text).map(formOf), [person])
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75))
  })
}

test('vCards of old phones, of Apple and of groups are read', () => {
  const phone = 'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=98=59\r\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ\r\nTEL;CELL:09012345678\r\nEND:VCARD\r\n'
  assert.deepEqual(cardsOfVcards(phone).map((card) => [nameOf(card), yomiOf(card), formOf(card).phones]), [['山田 太郎', 'ヤマダ タロウ', ['09012345678']]])
  const apple = 'BEGIN:VCARD\nVERSION:3.0\nN:山田;花子;;;\nX-PHONETIC-LAST-NAME:やまだ\nitem1.EMAIL;type=INTERNET:h@example.jp\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:友人\nX-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nEND:VCARD'
  const [hanako, group] = cardsOfVcards(apple)
  assert.deepEqual([formOf(hanako ?? {}).emails, yomiOf(hanako ?? {})], [['h@example.jp'], 'やまだ'])
  assert.deepEqual([group?.kind, group?.members], ['group', { 'urn:uuid:1': true }])
})

const csvForms = (text: string) => cardsOfCsv(text)?.cards.map(({ card }) => formOf(card))

test('CSV comes back as it went, by either encoding', () => {
  const text = csvOfCards([cardOf(person)])
  assert.deepEqual(csvForms(`\ufeff${text}`), [person])
  const { bytes, missing } = encodeShiftJis(text)
  assert.deepEqual(missing, [])
  assert.deepEqual(csvForms(decodeFile(bytes)), [person])
  assert.deepEqual(csvForms(decodeFile(new TextEncoder().encode(`\ufeff${text}`))), [person])
})

test('columns of Outlook, Gmail and Thunderbird are known', () => {
  const emailsOf = (text: string) => cardsOfCsv(text)?.cards.map(({ card }) => [nameOf(card), yomiOf(card), ...formOf(card).emails])
  assert.deepEqual(emailsOf('"敬称","名","姓","会社名","電子メール アドレス","電子メール 2 アドレス"\r\n"","太郎","山田","","a@x.jp","b@x.jp"\r\n'), [['山田 太郎', '', 'a@x.jp', 'b@x.jp']])
  assert.deepEqual(emailsOf('First Name,Last Name,Phonetic First Name,Phonetic Last Name,E-mail 1 - Label,E-mail 1 - Value\n太郎,山田,たろう,やまだ,* ,a@x.jp ::: b@x.jp\n'), [['山田 太郎', 'やまだ たろう', 'a@x.jp', 'b@x.jp']])
  assert.deepEqual(emailsOf('表示名\tふりがな\tメールアドレス\n山田 太郎\tやまだ たろう\ta@x.jp\n'), [['山田 太郎', 'やまだ たろう', 'a@x.jp']])
  assert.equal(cardsOfCsv('日付,金額\n1,2\n'), undefined)
})

test('no field of an export is a formula of a table program', () => {
  const text = csvOfCards([cardOf({ ...emptyForm, surname: '=HYPERLINK("x")', phones: ['+81 90 1234'], note: '@SUM(A1)' })])
  assert.match(text, /"'=HYPERLINK/)
  assert.match(text, /,'@SUM/)
  assert.match(text, /,\+81 90 1234,/)
})

test('rows whose address is none are left out and named, the others are read', () => {
  const text = 'メールアドレス,姓,電話\ntaro＠example.jp,山田,\n\nfoo@@bar,鈴木,\n,,0312345678\n"佐藤 <sato@example.jp>, x@example.jp",佐藤,\n/o=ExchangeLabs/cn=abe,阿部,\n'
  const { cards = [], left = [] } = cardsOfCsv(text) ?? {}
  assert.deepEqual(cards.map(({ row, card }) => [row, nameOf(card), ...formOf(card).emails]), [[2, '山田', 'taro@example.jp'], [6, '佐藤', 'sato@example.jp', 'x@example.jp']])
  assert.deepEqual(left, [{ row: 4, why: 'badAddress', value: 'foo@@bar' }, { row: 5, why: 'nothing' }, { row: 7, why: 'badAddress', value: '/o=ExchangeLabs/cn=abe' }])
  const many = cardsOfCsv(`姓\n${'山田\n'.repeat(contactsPerFileMax + 9)}`)
  assert.deepEqual([many?.cards.length, many?.left], [contactsPerFileMax, [{ row: contactsPerFileMax + 2, why: 'tooMany' }]])
})

test('who is there already is not brought in again: by uid, or by the name with all addresses; who has no address is told apart by telephone', () => {
  const who = (surname: string, emails: readonly string[], phones: readonly string[] = []): Card => cardOf({ ...emptyForm, surname, emails: [...emails], phones: [...phones] })
  const there = [who('山田', ['a@one.example', 'b@one.example']), who('佐藤', [], ['03-1234-5678']), { ...who('旧姓', []), uid: 'u1' }]
  const isFresh = (card: Card): boolean => freshCards([card], there).length > 0
  for (const same of [who('山田', ['B@one.example', 'a@ONE.example'], ['090']), who(' 山田', ['ａ@one.example', 'b@one.example']), who('佐藤', [], ['０３(1234)5678']), { ...who('新姓', []), uid: 'u1' }]) {
    assert.equal(isFresh(same), false, JSON.stringify(same))
  }
  for (const other of [who('山田', ['a@one.example']), who('山本', ['a@one.example', 'b@one.example']), who('佐藤', [], ['03-9999-0000']), who('佐藤', ['s@one.example'])]) {
    assert.equal(isFresh(other), true, JSON.stringify(other))
  }
  const group: Card = { kind: 'group', name: { full: '山田' } }
  assert.deepEqual(freshCards([group, group, who('新', ['n@one.example']), who('新', ['n@one.example'])], [group]), [group, group, who('新', ['n@one.example'])])
  const file = cardsOfCsv(csvOfCards(there))?.cards.map(({ card }) => card) ?? []
  assert.deepEqual(freshCards(file, there), [], 'what was written out and is read again')
})

test('Shift_JIS: what it has is written as Windows does, what it lacks is named', () => {
  assert.deepEqual(decodeFile(encodeShiftJis('髙﨑①㈱Ⅰ～－ｱ~').bytes), '髙﨑①㈱Ⅰ～－ｱ~')
  assert.deepEqual([...encodeShiftJis('〜−').bytes], [0x81, 0x60, 0x81, 0x7c])
  assert.deepEqual(encodeShiftJis('𠮷😀é').missing, ['𠮷', '😀', 'é'])
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('山', 'あ', 'ア', 'ｶ', 'a', '①', '髙', '〇', '\n') }), (text) => {
    assert.equal(new TextDecoder('shift_jis').decode(encodeShiftJis(text).bytes), text)
  }))
})

test('nothing that is read as a file throws', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ';', ':', '=', 'A', 'BEGIN:VCARD\n', 'END:VCARD\n', 'N:', '\\', ' ', '姓,名\n') }), (text) => {
    readCsv(text)
    cardsOfCsv(text)
    cardsOfVcards(text)
  }))
})
