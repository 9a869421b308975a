import { dictionary } from '../../../kit/language.ts'

const ja = {
  title: '通知',
  lead: 'このページを閉じていても、新着メールがあることをこの端末に通知します。通知に差出人や件名は表示されません。',
  turnOn: '新着メールを通知する',
  turnOff: '通知をやめる',
  unknown: '確認しています…',
  on: 'この端末に通知しています。',
  off: 'この端末には通知していません。',
  asking: '準備しています。ブラウザーの確認が表示されたら「許可」を選んでください。',
  unable: 'このブラウザーでは通知を利用できません。iPhone と iPad では、ホーム画面に追加してから開いてください。',
  passing: '通知を利用するには、ログイン画面で「ログインしたままにする」を選んでログインし直してください。',
  denied: 'ブラウザーの設定で、このサイトの通知が許可されていません。ブラウザーの設定で許可してから、このページを開き直してください。',
  failed: '通知を始められませんでした。ネットワークの状態を確かめて、もう一度お試しください。',
  isOn: '新着メールを通知します',
  isOff: '通知をやめました',
  ends: 'ログアウトするか、「セキュリティ」の設定でこの端末をログアウトすると、通知も終わります。',
}

const en: typeof ja = {
  title: 'Notifications',
  lead: 'This device is told when new mail comes, even while this page is closed. Notifications never show who wrote or what about.',
  turnOn: 'Notify me of new mail',
  turnOff: 'Stop notifications',
  unknown: 'Checking…',
  on: 'This device is notified.',
  off: 'This device is not notified.',
  asking: 'Getting ready. When the browser asks, choose “Allow”.',
  unable: 'This browser has no notifications. On iPhone and iPad, add the page to the home screen and open it from there.',
  passing: 'To be notified, sign in again and choose to stay signed in.',
  denied: 'Notifications of this site are blocked. Allow them in the settings of the browser, then open this page again.',
  failed: 'Notifications could not be started. Check the network and try again.',
  isOn: 'New mail will be notified',
  isOff: 'Notifications have stopped',
  ends: 'They end when you sign out, or sign out this device under “Security”.',
}

export const words = dictionary({ ja, en })
