/** Messages the transcripts speak of. Small, and the same every time. */
const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('')

const plain = (number: string): string =>
  lines(
    'From: Alice <alice@one.example>',
    'To: Bob <bob@two.example>',
    `Subject: Message ${number}`,
    `Date: Thu, 0${number} Jan 2026 10:00:00 +0900`,
    `Message-ID: <${number}@one.example>`,
    '',
    `This is message ${number}.`,
  )

/** `to`: numbers of the messages it refers to, the one it answers last; none: it answers by its subject alone. */
const answer = (number: string, subject: string, to: readonly string[]): string =>
  lines(
    'From: Bob <bob@two.example>',
    `Subject: Re: Message ${subject}`,
    `Date: Thu, 0${number} Jan 2026 10:00:00 +0900`,
    `Message-ID: <${number}@one.example>`,
    ...(to.length === 0 ? [] : [`References: ${to.map((one) => `<${one}@one.example>`).join(' ')}`]),
    '',
    'I see.',
  )

/** The second is called otherwise; the third has the accent as a character of its own, and other case. */
const accents = (number: string): string => {
  const subject = number === '1' ? 'Éclair' : number === '2' ? 'Easter' : 'e\u0301CLAIR'
  return lines(
    'From: Alice <alice@one.example>',
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: Thu, 0${number === '2' ? 1 : number === '1' ? 2 : 3} Jan 2026 10:00:00 +0900`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    number === '3' ? 'E\u0301LAN' : 'élan',
  )
}

const mixed = lines(
  'From: a@one.example',
  'Subject: Mixed',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  'preamble',
  '--b',
  'Content-Type: text/plain',
  '',
  'first part',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: Inner',
  '',
  'inner text',
  '--b--',
  'epilogue',
)

const encoded = lines(
  'Subject: Encoded',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECA0hp',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'caf=C3=A9 =',
  'here',
  '--b',
  'Content-Type: text/plain',
  'Content-Transfer-Encoding: x-unheard-of',
  '',
  'what',
  '--b--',
)

const japanese = Buffer.concat([
  Buffer.from(
    lines(
      'From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <yamada@one.example>',
      'Subject: =?UTF-8?B?5aCx5ZGK44Gu5Lu2?=',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=Shift_JIS',
      'Content-Transfer-Encoding: 8bit',
      '',
    ),
  ),
  // 明日の会議 in Shift_JIS
  Buffer.from([0x96, 0xbe, 0x93, 0xfa, 0x82, 0xcc, 0x89, 0xef, 0x8b, 0x63, 0x0d, 0x0a]),
])

const international = lines(
  'From: 山田 <yamada@one.example>',
  'To: 太郎@例え.example',
  'Subject: 会議 at noon',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=UTF-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  '明日の会議',
)

export const sample = (name: string): Buffer => {
  const number = /^plain-(\d)$/.exec(name)?.[1]
  if (number !== undefined) return Buffer.from(plain(number))
  const answering = /^answer-(\d)-(?:to((?:-\d)+)|about-(\d))$/.exec(name)
  if (answering !== null) {
    const [, own = '', list = '', about] = answering
    const to = list.split('-').filter((one) => one !== '')
    return Buffer.from(answer(own, about ?? to.at(-1) ?? '', to))
  }
  const accented = /^accents-(\d)$/.exec(name)?.[1]
  if (accented !== undefined) return Buffer.from(accents(accented))
  if (name === 'mixed') return Buffer.from(mixed)
  if (name === 'encoded') return Buffer.from(encoded)
  if (name === 'international') return Buffer.from(international)
  if (name === 'japanese') return japanese
  throw new Error(`no sample ${name}`)
}
