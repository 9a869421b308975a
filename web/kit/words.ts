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
}

export const words = dictionary({ ja, en })
