/** What an account is told when its password was changed: when, by which browser, and what to do who did not do it. */
import type { NoticeText } from './notice-message.ts'

export interface PasswordChange {
  readonly happenedMs: number
  /** `devices/browser-name.ts`; empty: one that says nothing known. */
  readonly browser: string
  readonly language: NoticeText['language']
  /** Where the brand answers questions, in this language; null: it says nowhere. */
  readonly help: { readonly title: string; readonly url: string } | null
}

const whenOf = ({ happenedMs, language }: PasswordChange): string =>
  language === 'ja'
    ? `${new Intl.DateTimeFormat('ja-JP', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Tokyo' }).format(happenedMs)}（日本時間）`
    : `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(happenedMs)} UTC`

const japanese = (change: PasswordChange): readonly string[] => [
  'メールのパスワードが変更されました。',
  '',
  `日時　：${whenOf(change)}`,
  `操作元：ウェブメール${change.browser === '' ? '' : `（${change.browser}）`}`,
  '',
  '変更した端末のほかは、すべての端末とメールソフトが切断されました。メールソフトには新しいパスワードを設定してください。',
  '保存されているメール、転送、振り分けはそのままです。',
  '',
  '■ 心当たりがない場合',
  '今すぐ、ウェブメールの「設定」→「セキュリティ」でもう一度パスワードを変更してください。',
  'ログインできないときは、サポート窓口に電話などでお問い合わせください。',
  'そのあと「転送」と「振り分け」に、覚えのない設定がないかも確かめてください。',
  ...(change.help === null ? [] : ['', `${change.help.title}：${change.help.url}`]),
]

const english = (change: PasswordChange): readonly string[] => [
  'The password of your mail was changed.',
  '',
  `When: ${whenOf(change)}`,
  `By:   webmail${change.browser === '' ? '' : ` (${change.browser})`}`,
  '',
  'Every device but the one that changed it was signed out, and mail programs were cut off. Give mail programs the new password.',
  'Stored mail, forwarding and filters are as they were.',
  '',
  'If it was not you:',
  'Change the password again now, in the webmail under Settings, Security.',
  'If you cannot sign in, contact support, by telephone for example.',
  'Then look for settings that you do not know under Forwarding and Filters.',
  ...(change.help === null ? [] : ['', `${change.help.title}: ${change.help.url}`]),
]

export const passwordNotice = (change: PasswordChange): Pick<NoticeText, 'subject' | 'text'> =>
  change.language === 'ja'
    ? { subject: 'パスワードが変更されました', text: japanese(change).join('\n') }
    : { subject: 'Your password was changed', text: english(change).join('\n') }
