import { dictionary } from '../../kit/language.ts'

const ja = {
  search: 'メールを検索',
  searchIn: (name: string) => `「${name}」を検索`,
  clear: '検索をやめる',
  options: '検索条件',
  conditions: '検索条件を足す',
  chips: [
    ['差出人', '差出人:'], ['宛先', '宛先:'], ['件名', '件名:'], ['添付あり', '添付あり '], ['未読', '未読 '], ['スター付き', 'スター付き '],
    ['期間（以降）', '以降:2026/1/1 '], ['場所', '場所:受信箱 '],
  ] as readonly (readonly [string, string])[],
}

const en: typeof ja = {
  search: 'Search mail',
  searchIn: (name) => `Search “${name}”`,
  clear: 'Leave the search',
  options: 'Search conditions',
  conditions: 'Add a condition',
  chips: [
    ['From', 'from:'], ['To', 'to:'], ['Subject', 'subject:'], ['Has attachment', 'has:attachment '],
    ['Unread', 'is:unread '], ['Starred', 'is:starred '], ['After', 'after:2026/1/1 '], ['In', 'in:inbox '],
  ],
}

export const words = dictionary({ ja, en })
