/** What an enhanced status code (RFC 3463) means to the person who gets the report, in Japanese and English. */
export interface Words {
  readonly ja: string
  readonly en: string
}

const byCode: Readonly<Record<string, Words>> = {
  '1.1': { ja: '宛先のメールアドレスが存在しません', en: 'The address does not exist' },
  '1.2': { ja: '宛先のドメインが存在しません', en: 'The domain of the address does not exist' },
  '1.3': { ja: '宛先のメールアドレスの形式が受け付けられませんでした', en: 'The way the address is written was not accepted' },
  '1.10': { ja: '宛先のドメインはメールを受け取りません', en: 'The domain of the address accepts no mail' },
  '2.1': { ja: '宛先のメールボックスは現在使われていません', en: 'The mailbox is not in use' },
  '2.2': { ja: '宛先のメールボックスがいっぱいです', en: 'The mailbox is full' },
  '3.4': { ja: 'メールが大きすぎます', en: 'The message is too large' },
  '4.1': { ja: '相手のサーバから応答がありません', en: 'The server there does not answer' },
  '4.4': { ja: '相手のサーバが見つかりません', en: 'The server there could not be found' },
  '4.6': { ja: 'メールの転送が繰り返されています', en: 'The message is going round in a loop' },
  '4.7': { ja: '期限までに配信できませんでした', en: 'It could not be delivered in time' },
  '6.3': { ja: '相手のサーバはこのメールの形式に対応していません', en: 'The server there can not take this kind of message' },
  '6.7': { ja: '相手のサーバは国際化メールアドレスに対応していません', en: 'The server there does not know internationalized addresses' },
  '7.1': { ja: '相手のサーバが受け取りを断りました', en: 'The server there declined the message' },
}

const bySubject: Readonly<Record<string, Words>> = {
  '1': { ja: '宛先のメールアドレスに問題があります', en: 'There is a problem with the address' },
  '2': { ja: '宛先のメールボックスに問題があります', en: 'There is a problem with the mailbox' },
  '3': { ja: '相手のサーバが受け取れませんでした', en: 'The server there could not take it' },
  '4': { ja: '相手のサーバとの通信に失敗しました', en: 'Talking to the server there failed' },
  '5': { ja: '相手のサーバとのやり取りに失敗しました', en: 'The server there did not understand' },
  '6': { ja: 'メールの内容の形式に問題があります', en: 'There is a problem with the kind of content' },
  '7': { ja: '相手のサーバの方針により断られました', en: 'It was declined by a policy of the server there' },
}

const other: Words = { ja: '配信に関する問題が起きました', en: 'A problem occurred' }

/** `status` is `class.subject.detail`. */
export const wordsOf = (status: string): Words => {
  const [, subject = '', detail = ''] = status.split('.')
  return byCode[`${subject}.${detail}`] ?? bySubject[subject] ?? other
}
