/** Pages of the settings: `/settings/NAME`. Small ones are sections of one page; each is loaded when it is opened. */
import type { JSX } from 'preact'
import { words as deviceWords } from './devices/words.ts'
import { words } from './words.ts'

export interface SettingsPage {
  readonly name: string
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
    name: 'devices',
    title: () => deviceWords().title,
    finds: '端末 デバイス ログイン ログアウト ブラウザー パスワード device devices sign in out browser security session',
    load: () => import('./devices/devices-page.tsx'),
  },
]
