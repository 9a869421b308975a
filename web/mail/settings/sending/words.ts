import { dictionary } from '../../../kit/language.ts'

const ja = {
  sending: '作成と送信',
  undo: '送信の取り消しができる時間',
  seconds: (seconds: number) => (seconds === 0 ? 'なし' : `${seconds}秒`),
  confirm: '送信前に宛先を確認する（誤送信防止）',
  off: '確認しない',
  outside: '外部の宛先があるとき',
  always: 'いつも',
  confirmHint: '確認画面で宛先を一件ずつ確かめてから送信します。',
  confirmForced: 'ご利用のサービスの設定により、この確認は必ず行われます。',
  format: '新しいメールの形式',
  rich: '書式付き',
  plain: 'テキスト形式',
  reply: '返信を書く位置',
  above: '引用の上',
  below: '引用の下',
  reminder: '添付ファイルの付け忘れを知らせる',
  reminderHint: '本文に「添付」などとあるのにファイルがないとき、送信前に確認します。',
  saved: '反映されました',
}

const en: typeof ja = {
  sending: 'Writing and sending',
  undo: 'Time to undo sending',
  seconds: (seconds: number) => (seconds === 0 ? 'None' : `${seconds} s`),
  confirm: 'Check recipients before sending',
  off: 'Never',
  outside: 'With external recipients',
  always: 'Always',
  confirmHint: 'Each recipient is ticked off before the message goes.',
  confirmForced: 'Your service asks for this check; it cannot be switched off.',
  format: 'Format of new messages',
  rich: 'Rich text',
  plain: 'Plain text',
  reply: 'Write replies',
  above: 'Above the quote',
  below: 'Below the quote',
  reminder: 'Remind of forgotten attachments',
  reminderHint: 'Asks before sending when the text speaks of an attachment and there is none.',
  saved: 'Applied',
}

export const sendingWords = dictionary({ ja, en })
