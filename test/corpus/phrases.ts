/** What the generated mails talk about. */
import type { Charset } from './encode.ts'

export type Language = 'ja' | 'en' | 'fr' | 'de' | 'zh' | 'ko' | 'ru'

export interface Phrases {
  readonly names: readonly [string, ...string[]]
  readonly subjects: readonly [string, ...string[]]
  readonly sentences: readonly [string, ...string[]]
}

export const phrases: Readonly<Record<Language, Phrases>> = {
  ja: {
    names: ['山田 太郎', '佐藤花子', '髙橋 健', '株式会社ひかり, 営業部', '渡邉　一郎', '斎藤 美咲', 'ﾔﾏﾀﾞ ﾀﾛｳ', '小林', '㈲みらい商店'],
    subjects: [
      'ご請求書の送付', '【重要】パスワード変更のお願い', '来週の打ち合わせについて', 'Re: お見積もりの件（第②版）', '写真を送ります♪',
      '第３回 定例会議のご案内', 'お問い合わせありがとうございます', '㈱ひかり通信 請求金額のお知らせ', '表示', 'ﾃｽﾄ',
      'とても長い件名のメールをお送りいたしますので、折り返しとエンコードの両方が正しく行われることをご確認くださいますようお願いいたします',
    ],
    sentences: [
      'いつもお世話になっております。', '先日はお忙しいところありがとうございました。', '資料を添付しますのでご確認ください。',
      '日程は①月曜日、②水曜日、③金曜日のいずれかでお願いします。', 'ソフトの表示に能力の差が予想されます。', '電話番号は０３－１２３４－５６７８です。',
      '～期間限定～　送料無料！', '明日の天気は晴れのち曇り、気温は２５℃の予想です。', 'ｶﾀｶﾅも混ざっています。', '.で始まる行もあります。',
      '今後ともよろしくお願い申し上げます。', '駅前の喫茶店で十時に待っています。', 'From here という行もあります。',
    ],
  },
  en: {
    names: ['Alice Example', 'Bob "Bobby" Smith', 'Carol, Sales', "Dave O'Brien", 'Eve'],
    subjects: ['Meeting notes', 'Re: invoice 4711', 'Fwd: your order', '[list] Patch for review', 'Lunch?'],
    sentences: [
      'Please find the report attached.', 'Let me know what you think of it.', 'The next release is planned for spring.', '.hidden files begin with a dot.',
      'From time to time a line begins like this.', '-- not a signature', 'Thanks, and see you on Monday.', '--boundary-like text--',
    ],
  },
  fr: {
    names: ['Éloïse Lefèvre', 'Jean-François Côté', 'Zoë'],
    subjects: ['Réunion reportée', 'Facture n° 12', 'Ça marche déjà très bien'],
    sentences: ['Voilà le document demandé.', 'À bientôt, j’espère.', 'Le prix est de 12 £ ou 15 ¥.', 'Où êtes-vous passés ?', 'Ci-joint la pièce demandée.'],
  },
  de: {
    names: ['Jürgen Müller', 'Käthe Groß', 'Björn Ößterreich'],
    subjects: ['Rückfrage zur Lieferung', 'Grüße aus München', 'Übersicht'],
    sentences: ['Schöne Grüße aus Köln.', 'Die Straße ist gesperrt.', 'Über die Maße hinaus.', 'Bitte bestätigen Sie den Erhalt.', '„Anführung“ – und … Auslassung.'],
  },
  zh: {
    names: ['王小明', '李华', '张伟'],
    subjects: ['关于下周会议', '请查收附件', '订单确认'],
    sentences: ['您好，请查收附件。', '会议改到星期三下午三点。', '谢谢您的支持与合作。', '如有问题请随时联系我们。'],
  },
  ko: {
    names: ['김철수', '이영희', '박민수'],
    subjects: ['회의 일정 안내', '첨부 파일 확인 부탁드립니다', '감사합니다'],
    sentences: ['안녕하세요, 첨부 파일을 확인해 주세요.', '회의는 수요일 오후 세 시입니다.', '감사합니다.', '문의 사항이 있으면 연락 주세요.'],
  },
  ru: {
    names: ['Иван Петров', 'Мария Иванова'],
    subjects: ['Встреча завтра', 'Счёт на оплату'],
    sentences: ['Добрый день, отправляю документы.', 'Встреча перенесена на среду.', 'С уважением, Иван.'],
  },
}

/** What each charset is used for. */
export const languageOf = {
  'utf-8': ['ja', 'ja', 'ja', 'en', 'fr', 'zh', 'ko', 'ru'],
  'iso-2022-jp': ['ja'],
  'shift_jis': ['ja'],
  'euc-jp': ['ja'],
  'iso-8859-1': ['en', 'fr', 'de'],
  'windows-1252': ['fr', 'de'],
  'gb18030': ['zh'],
  'euc-kr': ['ko'],
  'big5': ['zh'],
  'koi8-r': ['ru'],
} as const satisfies Readonly<Record<Charset, readonly [Language, ...Language[]]>>
