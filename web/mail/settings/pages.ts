/** Pages of the settings: `/settings/NAME`. Small ones are sections of one page; each is loaded when it is opened. */
import type { JSX } from 'preact'
import { words as filterWords } from './filters/words.ts'
import { words as forwardingWords } from './forwarding/words.ts'
import { words as notificationWords } from './notifications/words.ts'
import { words as securityWords } from './security/words.ts'
import { words as vacationWords } from './vacation/words.ts'
import { sendingWords } from './sending/words.ts'
import { words as identityWords } from './identities/words.ts'
import { words } from './words.ts'

export interface SettingsPage {
  readonly name: string
  /** What it was called: addresses of then lead here. */
  readonly before?: string
  readonly title: () => string
  /** Words by which the search of the settings finds it, beside its title; in both languages. */
  readonly finds: string
  readonly load: () => Promise<{ readonly default: () => JSX.Element }>
}

export const settingsPages: readonly SettingsPage[] = [
  {
    name: 'display',
    title: () => words().display,
    finds: '表示 密度 文字 大きさ 明るい 暗い ダーク 言語 キー ショートカット 会話 density font size theme dark language keys shortcuts conversation pane',
    load: () => import('./display/display-page.tsx'),
  },
  {
    name: 'sending',
    title: () => sendingWords().sending,
    finds: '送受信 送信 取り消し 誤送信防止 確認 書式 テキスト 返信 引用 添付 undo send confirm recipients format plain rich reply quote attachment',
    load: () => import('./sending/sending-page.tsx'),
  },
  {
    name: 'identities',
    title: () => identityWords().title,
    finds: '差出人 署名 名前 アドレス Bcc 控え identity sender signature name address from copy',
    load: () => import('./identities/identities-page.tsx'),
  },
  {
    name: 'notifications',
    title: () => notificationWords().title,
    finds: '通知 新着 お知らせ プッシュ スマートフォン notifications push new mail alerts phone',
    load: () => import('./notifications/notifications-page.tsx'),
  },
  {
    name: 'security',
    before: 'devices',
    title: () => securityWords().title,
    finds: '端末 デバイス ログイン ログアウト ブラウザー パスワード 変更 password change device devices sign in out browser session',
    load: () => import('./security/security-page.tsx'),
  },
  {
    name: 'filters',
    title: () => filterWords().title,
    finds: 'ルール 自動 仕分け フォルダー 迷惑 sieve スクリプト rules filter sort move script',
    load: () => import('./filters/filters-page.tsx'),
  },
  {
    name: 'vacation',
    title: () => vacationWords().title,
    finds: '休暇 休み 自動返信 不在 out of office away holiday auto reply',
    load: () => import('./vacation/vacation-page.tsx'),
  },
  {
    name: 'forwarding',
    title: () => forwardingWords().title,
    finds: '転送先 別のアドレス forward another address copy',
    load: () => import('./forwarding/forwarding-page.tsx'),
  },
]
