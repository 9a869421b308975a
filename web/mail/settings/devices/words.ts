import { dictionary } from '../../../kit/language.ts'

const ja = {
  lead: 'ログインしたままになっている端末です。心当たりのない端末や、手元にない端末はログアウトしてください。',
  loading: '読み込んでいます…',
  none: 'ログインしたままの端末はありません。',
  notLoaded: '端末の一覧を読み込めませんでした。',
  again: 'もう一度読み込む',
  thisOne: 'この端末',
  lastUsed: (when: string) => `最後の利用 ${when}`,
  created: (when: string) => `初めてのログイン ${when}`,
  from: (network: string) => `接続元 ${network} 付近`,
  signOut: 'ログアウト',
  signOutOf: (name: string) => `${name} をログアウト`,
  signOutAll: 'この端末以外をすべてログアウト',
  sure: (name: string) => `${name} をログアウトしますか？`,
  sureAll: 'この端末以外をすべてログアウトしますか？',
  effect: 'その端末で開いている画面もすぐに使えなくなり、次に使うときはパスワードが必要になります。',
  cancel: 'キャンセル',
  done: (name: string) => `${name} をログアウトしました`,
  doneAll: (count: number) => `${count}台の端末をログアウトしました`,
  failed: 'ログアウトできませんでした。もう一度お試しください。',
  other: 'メールソフトなど、毎回パスワードで接続する機器はここには表示されません。',
}

const en: typeof ja = {
  lead: 'These devices stay signed in. Sign out any that you do not know or no longer have.',
  loading: 'Loading…',
  none: 'No device stays signed in.',
  notLoaded: 'The list of devices could not be loaded.',
  again: 'Load again',
  thisOne: 'This device',
  lastUsed: (when) => `Last used ${when}`,
  created: (when) => `First signed in ${when}`,
  from: (network) => `From about ${network}`,
  signOut: 'Sign out',
  signOutOf: (name) => `Sign out ${name}`,
  signOutAll: 'Sign out all other devices',
  sure: (name) => `Sign out ${name}?`,
  sureAll: 'Sign out all other devices?',
  effect: 'What is open there stops working at once, and the password is needed to use it again.',
  cancel: 'Cancel',
  done: (name) => `${name} is signed out`,
  doneAll: (count) => (count === 1 ? 'One device is signed out' : `${count} devices are signed out`),
  failed: 'Signing out did not work. Try again.',
  other: 'Mail programs, which bring the password each time, are not listed here.',
}

export const words = dictionary({ ja, en })
