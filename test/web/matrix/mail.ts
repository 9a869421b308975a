/** Mail from another server: each message goes to all accounts in one transaction of SMTP, all of them over one connection. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { signed } from './outside.ts'

export interface Mail {
  readonly subject: string
  readonly from?: { readonly name: string; readonly email: string }
  readonly text?: string
  readonly html?: string
  readonly files?: readonly { readonly name: string; readonly type: string; readonly text: string }[]
  /** Without angle brackets; found again by `answers` of others. */
  readonly messageId?: string
  readonly answers?: string
  /** Further fields, as they stand in the message. */
  readonly fields?: readonly string[]
  /** Leaves with the signature of `signedDomain`. */
  readonly signed?: true
}

export const outside = 'friends.example'
export const hanako = { name: '鈴木 花子', email: `hanako@${outside}` }

const encodedWord = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`)
const base64 = (text: string): string => (Buffer.from(text).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')

const part = (type: string, text: string, ...fields: readonly string[]): string =>
  [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...fields, '', base64(text)].join('\r\n')

const bodyOf = ({ text = '', html, files = [] }: Mail): string => {
  const first = html === undefined ? part('text/plain; charset=utf-8', text) : part('text/html; charset=utf-8', html)
  if (files.length === 0) return first
  const attached = files.map(({ name, type, text: held }) => part(type, held, `Content-Disposition: attachment; filename="${encodedWord(name)}"`))
  return ['Content-Type: multipart/mixed; boundary=edge', '', ...[first, ...attached].flatMap((one) => ['--edge', one]), '--edge--'].join('\r\n')
}

let made = 0

/** One recipient is named in the message; several are not. */
export const written = (mail: Mail, recipients: readonly string[]): string => {
  const { from = hanako, answers } = mail
  made += 1
  return [
    `From: ${encodedWord(from.name)} <${from.email}>`, recipients.length === 1 ? `To: <${recipients[0]}>` : 'To: undisclosed-recipients:;', `Subject: ${encodedWord(mail.subject)}`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${mail.messageId ?? `m${made}.${process.pid}@${outside}`}>`, ...(answers === undefined ? [] : [`In-Reply-To: <${answers}>`, `References: <${answers}>`]),
    ...(mail.fields ?? []), 'MIME-Version: 1.0', bodyOf(mail),
  ].join('\r\n')
}

export const deliver = async (port: number, recipients: readonly string[], mails: readonly Mail[]): Promise<void> => {
  const socket = connect(port, '127.0.0.1')
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]()
  const ask = async (line: string): Promise<void> => {
    if (line !== '') socket.write(`${line}\r\n`)
    for (;;) {
      const { value = '' } = await replies.next()
      if (/^\d{3}-/.test(value)) continue
      assert.match(value, /^[23]\d\d /, `${line.slice(0, 60)}: ${value}`)
      return
    }
  }
  await ask('')
  await ask(`EHLO mx.${outside}`)
  for (const mail of mails) {
    await ask(`MAIL FROM:<${(mail.from ?? hanako).email}>`)
    for (const recipient of recipients) await ask(`RCPT TO:<${recipient}>`)
    await ask('DATA')
    const message = written(mail, recipients)
    await ask(`${mail.signed === true ? signed(message) : message}\r\n.`)
  }
  await ask('QUIT')
  socket.destroy()
}
