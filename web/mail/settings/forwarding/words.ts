import { dictionary } from '../../../kit/language.ts'

const ja = {
  title: '転送',
  hint: '届いたメールを別のアドレスへ転送します。迷惑メールと判定されたものや、振り分けで破棄したものは転送しません。',
  isEnabled: 'メールを転送する',
  address: (number: number) => `転送先アドレス ${number}`,
  add: '転送先を追加',
  remove: (number: number) => `転送先 ${number} を削除`,
  keepsCopy: 'このメールボックスにも残す',
  keepsCopyHint: '残さない場合、振り分けで移したものと、エラーの通知だけがここに残ります。',
  noCopyWarning: '転送先で受け取れなかったメールは、失われることがあります。転送先を確かめてからお使いください。',
  warning: '転送先のアドレスを間違えると、知らない人にメールが届きます。心当たりのない転送先があれば削除し、パスワードを変更してください。',
  save: '保存',
  saved: '保存しました',
  notSaved: '保存できませんでした。もう一度お試しください。',
  failed: '読み込めませんでした。',
  again: '再読み込み',
  badAddress: 'アドレスを確かめてください。',
  ownAddress: '自分のアドレスには転送できません。',
}

const en: typeof ja = {
  title: 'Forwarding',
  hint: 'Sends new mail on to another address. What is found to be spam, or thrown away by a filter, is not sent on.',
  isEnabled: 'Forward mail',
  address: (number) => `Address ${number} to forward to`,
  add: 'Add an address',
  remove: (number) => `Remove address ${number}`,
  keepsCopy: 'Keep a copy in this mailbox',
  keepsCopyHint: 'Without a copy only mail that filters moved, and reports of errors, stay here.',
  noCopyWarning: 'Mail that the other side does not take may be lost. Please make sure that the address works.',
  warning: 'With a wrong address strangers get your mail. If you find one here that you do not know, remove it and change your password.',
  save: 'Save',
  saved: 'Saved',
  notSaved: 'This could not be saved. Please try again.',
  failed: 'This could not be loaded.',
  again: 'Reload',
  badAddress: 'Please check the address.',
  ownAddress: 'Mail can not be forwarded to your own address.',
}

export const words = dictionary({ ja, en })
