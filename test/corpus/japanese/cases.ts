/**
 * Mail as Japanese senders really write it, byte for byte beside this file, and what a reader sees of it. The first 21 are
 * those that widespread libraries were measured to fail on in part, the others those they read. Made with Python's codecs, not ours.
 */
export interface JapaneseCase {
  /** Its file is `NAME.eml`. */
  readonly name: string
  readonly subject: string
  /** Display name of the sender. */
  readonly from: string
  readonly preview: string
  readonly fileName: string | null
  /** Substrings that SEARCH TEXT finds, as somebody would type them. */
  readonly finds: readonly string[]
}

const one = (name: string, subject: string, from: string, preview: string, fileName: string | null, ...finds: readonly string[]): JapaneseCase => ({
  name, subject, from, preview, fileName, finds,
})

export const japaneseCases: readonly JapaneseCase[] = [
  one('01-subject-utf-8-split-inside-a-character', '第1号 会議の件名です', '山田太郎', '本文は普通のものです。', null, '会議', '件名'),
  one('02-subject-iso-2022-jp-split-without-escape', '第2号 来週の打ち合わせについて', '山田太郎', '本文は普通のものです。', null, '打ち合わせ', '週'),
  one('03-subject-raw-iso-2022-jp', '第3号 生の表示とソフト', '山田太郎', '本文は普通のものです。', null, '表示', 'ソフト'),
  one('04-subject-raw-shift-jis', '第4号 生の能力表と予定', '山田太郎', '本文は普通のものです。', null, '能力', '予定'),
  one('05-body-cp50221', '第5号 お知らせ', '山田太郎', '株式会社㈱髙島①はｶﾅです。', null, '(株)', '髙島', 'カナ'),
  one('06-body-iso-2022-jp-ms', '第6号 お知らせ', '山田太郎', '機種依存文字は①②③と㍻です。', null, '機種依存', '平成'),
  one('07-body-unlabelled-iso-2022-jp', '第7号 お知らせ', '山田太郎', '文字コードの表示がありません。', null, '文字コード', '表示'),
  one('08-body-unlabelled-shift-jis', '第8号 お知らせ', '山田太郎', 'ソフトの能力表をお送りします。', null, '能力表', 'ソフト'),
  one('09-body-unlabelled-euc-jp', '第9号 お知らせ', '山田太郎', '昨日の予定表をお送りします。', null, '予定', '昨日'),
  one('10-body-iso-2022-jp-labelled-us-ascii', '第10号 お知らせ', '山田太郎', '請求書を添付いたします。', null, '請求書', '添付'),
  one('11-body-shift-jis-labelled-iso-2022-jp', '第11号 お知らせ', '山田太郎', '写真を表示してください。', null, '写真', '表示'),
  one('12-body-utf-8-labelled-iso-2022-jp', '第12号 お知らせ', '山田太郎', '領収書を確認してください。', null, '領収書', '確認'),
  one('13-html-charset-in-meta-only', '第13号 お知らせ', '山田太郎', 'ｶﾅの能力と予約', null, 'カナの能力', '予約'),
  one('14-file-name-rfc-2231-utf-8', '第14号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('15-file-name-rfc-2231-iso-2022-jp', '第15号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('16-file-name-rfc-2231-continued', '第16号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('17-file-name-rfc-2047-quoted', '第17号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('18-file-name-rfc-2047-bare', '第18号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('19-file-name-in-content-type-only', '第19号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('20-file-name-raw-shift-jis', '第20号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('21-file-name-raw-utf-8', '第21号 お知らせ', '山田太郎', '本文は普通のものです。', '請求書ソ表.pdf', '請求書', 'ソ表'),
  one('22-subject-iso-2022-jp', '第22号 議事録の送付', '山田太郎', '本文は普通のものです。', null, '議事録'),
  one('23-subject-iso-2022-jp-nec-and-ibm-rows', '第23号 ㈱髙島屋①よりⅢ', '山田太郎', '本文は普通のものです。', null, '(株)', '髙島屋'),
  one('24-subject-shift-jis-b', '第24号 表計算ソフト', '山田太郎', '本文は普通のものです。', null, '表計算'),
  one('25-subject-euc-jp-q', '第25号 時刻表', '山田太郎', '本文は普通のものです。', null, '時刻表'),
  one('26-body-iso-2022-jp-half-width-kana', '第26号 お知らせ', '山田太郎', '半角ｶﾅﾃﾞｽとガイド。', null, 'カナデス', 'ガイド'),
  one('27-body-shift-jis-ibm-rows', '第27号 お知らせ', '山田太郎', '髙﨑さんの～表ソフト～です。', null, '髙﨑', '表ソフト'),
  one('28-body-euc-jp', '第28号 お知らせ', '山田太郎', '電子計算機の「漢字」です。', null, '電子計算機', '漢字'),
  one('29-display-name-encoded-inside-quotes', '第29号 お知らせ', '株式会社ひかり', '本文は普通のものです。', null, 'ひかり'),
]
