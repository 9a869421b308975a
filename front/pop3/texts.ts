/**
 * What POP3 says to people, in the languages of LANG (RFC 6856 section 3). Programs look at `+OK`, `-ERR` and the code in
 * brackets, which have no language.
 */

export const languages = ['en', 'ja'] as const
export type Language = (typeof languages)[number]

/** Each language's own name for itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' }

export interface Texts {
  readonly speaks: string
  readonly languages: string
  readonly maildrop: (messages: number, octets: number) => string
  readonly octets: (octets: number) => string
  readonly top: string
  readonly uniqueIds: string
  readonly capabilities: string
  readonly stillHere: string
  readonly deleted: (message: number) => string
  readonly noneDeleted: string
  readonly bye: (left: number) => string
  readonly byeBeforeLogin: string
  readonly utf8: string
  readonly noSuchMessage: string
  readonly noSuchLanguage: string
  readonly expunged: string
  readonly inUse: string
  readonly takenOver: string
  readonly tooSoon: (seconds: number) => string
  readonly mailboxGone: string
  readonly accountGone: string
  readonly conflict: string
  readonly readOnly: string
  readonly impossible: string
  readonly temporary: string
  readonly stopping: string
  readonly lineTooLong: string
  readonly lineEnd: string
  readonly notNow: string
  readonly notUnderstood: string
  readonly tooManyMistakes: string
  readonly tlsFirst: string
  readonly wrong: string
}

const en: Texts = {
  speaks: 'English it is',
  languages: 'Languages follow',
  maildrop: (messages, octets) => `${messages} messages (${octets} octets)`,
  octets: (octets) => `${octets} octets`,
  top: 'Top of message follows',
  uniqueIds: 'Unique-id listing follows',
  capabilities: 'Capability list follows',
  stillHere: 'Still here',
  deleted: (message) => `Message ${message} marked deleted`,
  noneDeleted: 'No message is marked deleted',
  bye: (left) => (left === 0 ? 'Bye, maildrop is empty' : `Bye, ${left} messages left`),
  byeBeforeLogin: 'Bye',
  utf8: 'UTF-8 from here on',
  noSuchMessage: 'No such message',
  noSuchLanguage: 'Language not spoken here',
  expunged: 'Message was deleted by another session',
  inUse: 'Another session has this mailbox open',
  takenOver: 'Another session took over, nothing was deleted',
  tooSoon: (seconds) => `Logged in a moment ago, wait ${seconds} seconds`,
  mailboxGone: 'Mailbox is gone',
  accountGone: 'Account is gone',
  conflict: 'Mailbox is being changed, try again',
  readOnly: 'Mailbox is read-only',
  impossible: 'This can not be done by POP3',
  temporary: 'Temporary failure, try again later',
  stopping: 'Service is stopping, nothing was deleted',
  lineTooLong: 'Line too long',
  lineEnd: 'Lines end in CRLF',
  notNow: 'Not now',
  notUnderstood: 'Command not understood',
  tooManyMistakes: 'Too many mistakes',
  tlsFirst: 'Log in under TLS only',
  wrong: 'Authentication failed',
}

const ja: Texts = {
  speaks: '日本語でお答えします',
  languages: '使用できる言語です',
  maildrop: (messages, octets) => `メール${messages}通 (${octets}オクテット)`,
  octets: (octets) => `${octets}オクテット`,
  top: 'メールの先頭部分です',
  uniqueIds: '固有番号の一覧です',
  capabilities: '使用できる機能の一覧です',
  stillHere: '接続中です',
  deleted: (message) => `${message}番のメールに削除の印を付けました`,
  noneDeleted: '削除の印をすべて取り消しました',
  bye: (left) => (left === 0 ? '終了します。メールは残っていません' : `終了します。メールは${left}通残っています`),
  byeBeforeLogin: '終了します',
  utf8: 'UTF-8に切り替えました',
  noSuchMessage: 'その番号のメールはありません',
  noSuchLanguage: 'その言語は使用できません',
  expunged: 'このメールは別の接続から削除されました',
  inUse: 'このメールボックスは別の接続で使用中です',
  takenOver: '別の接続に引き継がれました。メールは削除していません',
  tooSoon: (seconds) => `前回のログインから間もないため、${seconds}秒お待ちください`,
  mailboxGone: 'メールボックスがなくなりました',
  accountGone: 'アカウントがなくなりました',
  conflict: 'メールボックスが変更中です。もう一度お試しください',
  readOnly: 'メールボックスは読み取り専用です',
  impossible: 'POP3ではできない操作です',
  temporary: '一時的な障害です。しばらくしてからお試しください',
  stopping: 'サービスを停止します。メールは削除していません',
  lineTooLong: '行が長すぎます',
  lineEnd: '行末はCRLFでなければなりません',
  notNow: '今は使用できません',
  notUnderstood: 'コマンドを理解できません',
  tooManyMistakes: '間違いが多すぎます',
  tlsFirst: 'ログインはTLSでのみ可能です',
  wrong: '認証に失敗しました',
}

export const texts: Readonly<Record<Language, Texts>> = { en, ja }

/** `*` is the language we would choose; `ja-JP` finds `ja` (RFC 4647 section 3.4). Undefined where none is near. */
export const languageFor = (range: string): Language | undefined => {
  if (range === '*' || range.toLowerCase() === 'i-default') return 'en'
  for (let tag = range.toLowerCase(); tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const found = languages.find((language) => language === tag)
    if (found !== undefined) return found
  }
  return undefined
}

/** The list of LANG without argument: tag and name. */
export const languageLines: readonly string[] = languages.map((language) => `${language} ${languageNames[language]}`)
