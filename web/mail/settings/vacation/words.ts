import { dictionary } from '../../../kit/language.ts'

const ja = {
  title: '不在通知',
  hint: '不在の間に届いたメールに、自動で返信します。同じ人への返信は7日に1回だけで、メールマガジンや自動送信のメールには返信しません。',
  isEnabled: '不在通知を送る',
  first: '最初の日（空欄ならすぐに）',
  last: '最後の日（空欄なら止めるまで）',
  subject: '件名',
  subjectHint: '空欄のときは「Auto: 元の件名」になります。',
  text: '本文',
  save: '保存',
  saved: '保存しました',
  notSaved: '保存できませんでした。もう一度お試しください。',
  failed: '読み込めませんでした。',
  again: '再読み込み',
  noText: '本文を入れてください。',
  badOrder: '最後の日が最初の日より前になっています。',
  now: '不在通知は今、送られています。',
  later: '不在通知は最初の日から送られます。',
  over: '不在の期間は終わりました。',
}

const en: typeof ja = {
  title: 'Vacation',
  hint: 'Answers mail that arrives while you are away. Each person is answered once in 7 days; newsletters and automatic mail are not.',
  isEnabled: 'Send vacation answers',
  first: 'First day (empty: at once)',
  last: 'Last day (empty: until you stop it)',
  subject: 'Subject',
  subjectHint: 'Where it is empty: “Auto: ” and the subject of the mail.',
  text: 'Text',
  save: 'Save',
  saved: 'Saved',
  notSaved: 'This could not be saved. Please try again.',
  failed: 'This could not be loaded.',
  again: 'Reload',
  noText: 'Please write a text.',
  badOrder: 'The last day is before the first.',
  now: 'Vacation answers are being sent.',
  later: 'Vacation answers will be sent from the first day.',
  over: 'The vacation is over.',
}

export const words = dictionary({ ja, en })
