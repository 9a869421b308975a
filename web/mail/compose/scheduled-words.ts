import { dictionary } from '../../kit/language.ts'

const ja = {
  title: '送信予約',
  hint: '指定した日時に送信されます。この画面を閉じても、電源を切っても送信されます。',
  none: '送信を予約したメールはありません。',
  noSubject: '（件名なし）',
  goesAt: (at: string) => `${at} に送信`,
  edit: '取り消して編集',
  cancel: '予約を取り消す',
  cancelled: '予約を取り消しました。下書きに戻りました。',
  remove: '下書きも削除',
  tooLate: 'すでに送信されています。',
  notLoaded: '読み込めませんでした。',
  again: 'もう一度読み込む',
}

const en: typeof ja = {
  title: 'Scheduled',
  hint: 'These go at their time, whether this page is open or not.',
  none: 'No message is scheduled.',
  noSubject: '(no subject)',
  goesAt: (at: string) => `Goes ${at}`,
  edit: 'Cancel and edit',
  cancel: 'Cancel sending',
  cancelled: 'Cancelled. The message is in Drafts again.',
  remove: 'Delete the draft too',
  tooLate: 'It has been sent already.',
  notLoaded: 'The list could not be loaded.',
  again: 'Load again',
}

export const scheduledWords = dictionary({ ja, en })
