import { dictionary } from './language.ts'

const ja = {
  close: '閉じる',
  cancel: 'キャンセル',
  undo: '元に戻す',
  ok: 'OK',
  notices: 'お知らせ',
  resize: '幅を変える',
  more: 'その他の操作',
  back: '戻る',
  partMissing: '画面の一部を読み込めませんでした。接続を確かめてください。',
  again: 'もう一度試す',
}

const en: typeof ja = {
  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  ok: 'OK',
  notices: 'Notices',
  resize: 'Resize',
  more: 'More actions',
  back: 'Back',
  partMissing: 'A part of the page could not be loaded. Check the connection.',
  again: 'Try again',
}

export const words = dictionary({ ja, en })
