/**
 * What one person of the drill keeps and does in the webmail: contacts with readings, filters, forwarding, vacation, drafts, mail that
 * waits for its time, a device that stays signed in, a push subscription, an upload that was never attached. Planted as a browser does.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { encode } from '../corpus/encode.ts'
import { browserAt, type Browser } from '../http/browser.ts'
import type { Needle } from './scanner.ts'
import { formsOf } from './scanner.ts'

/** Text, its class, and where the image that does not seal leaves it. */
interface Planted {
  readonly class: Needle['class']
  readonly text: string
  readonly kept: Needle['control']
}

const everywhere = { database: true, backup: true } as const
/** Beside the database, or in what it has replaced since. */
const onDisk = { database: false, backup: true } as const
const nowhere = { database: false, backup: false } as const
const person = { class: 'C', kept: everywhere } as const
const rule = { class: 'R', kept: everywhere } as const
const setting = { class: 'S', kept: everywhere } as const
const mail = { class: 'M', kept: everywhere } as const
const waits = { class: 'Q', kept: everywhere } as const

export const planted = {
  'a contact’s name': { ...person, text: '蛍原碧衣' },
  'a contact’s reading': { ...person, text: 'ほとはらあおい' },
  'a contact’s address': { ...person, text: 'aoi.hotohara@penfriend.example' },
  'a contact’s note': { ...person, text: 'owes me the jade compass' },
  'an address that mail is forwarded to': { ...rule, text: 'second.mailbox@faraway.example' },
  'an address in a filter': { ...rule, text: 'chairman.tsukioka@rival.example' },
  'a mailbox in a filter': { ...rule, text: '社長からの密書' },
  'what a filter looks for': { ...rule, text: 'brass-pangolin acquisition' },
  'the subject of a vacation text': { ...rule, text: 'Away among the ember islands' },
  'a vacation text': { ...rule, text: '入院のため九日まで不在です' },
  'a signature': { ...setting, text: 'walnut observatory, third floor' },
  'a setting': { ...setting, text: 'teal-gondola preference' },
  'a saved search': { ...setting, text: 'plum-lantern divorce papers' },
  'the subject of a draft': { ...mail, text: '未送信の告白状' },
  'the text of a draft': { ...mail, text: 'quartz-sparrow will not sign it' },
  'a recipient of a draft': { class: 'A', kept: everywhere, text: 'never.sent@elsewhere.example' },
  'the subject of mail that waits for its time': { ...waits, text: 'Midnight copper invitation' },
  'the text of mail that waits for its time': { ...waits, text: '明後日の零時に届く手紙' },
  'a recipient of mail that waits for its time': { class: 'A', kept: everywhere, text: 'later.reader@unreachable.example' },
  'an upload that was never attached': { class: 'U', kept: onDisk, text: 'saffron-anchor blueprint of nobody' },
  'where pushes go': { class: 'I', kept: onDisk, text: 'https://push.drill.example/send/ivory-harpoon-5531' },
  'the name of a device': { ...setting, text: 'xylophone tablet of grandmother' },
  'words of a search': { class: 'W', kept: nowhere, text: 'opal-umbrella verdict' },
  'the address of a remote image': { class: 'I', kept: everywhere, text: 'https://pixel.tracker.example/azure-dromedary.png' },
  'text in Shift_JIS': { ...mail, text: '縞馬銀行の暗証' },
  'text in ISO-2022-JP': { ...mail, text: '海月倉庫の合鍵' },
} as const satisfies Readonly<Record<string, Planted>>

const { text: remoteImage } = planted['the address of a remote image']

const message = (subject: string, type: string, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`From: correspondent@outside.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`),
    body, Buffer.from('\r\n'),
  ])

/** Delivered before its person comes. */
export const webMails: readonly Buffer[] = [
  message('A picture from afar', 'text/html; charset=utf-8', Buffer.from(`<p>Look</p><img src="${remoteImage}" width="40" height="40">`)),
  message('Old mail one', 'text/plain; charset=shift_jis', encode(planted['text in Shift_JIS'].text, 'shift_jis')),
  message('Old mail two', 'text/plain; charset=iso-2022-jp', encode(planted['text in ISO-2022-JP'].text, 'iso-2022-jp')),
]

// What a response holds is looked at property by property.
// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any
type Call = readonly [name: string, args: Readonly<Record<string, unknown>>]

interface Person {
  readonly browser: Browser
  call(...calls: readonly Call[]): Promise<readonly Answered[]>
}

const checked = ([name, answered]: readonly [string, Answered]): Answered => {
  const not = answered.notCreated ?? answered.notUpdated
  if (name === 'error' || not) throw new Error(`planting failed: ${JSON.stringify(not ?? answered)}`)
  return answered
}

const signIn = async (port: number, login: string, password: string): Promise<Person> => {
  const browser = browserAt(port)
  const { status, text } = await browser.signIn(login, password, planted['the name of a device'].text)
  if (status !== 201) throw new Error(`signing in: ${text}`)
  const session: Answered = (await browser.fetch('/.well-known/jmap')).json()
  const [accountId] = Object.keys(session.accounts)
  const using = Object.keys(session.capabilities)
  return {
    browser,
    async call(...calls) {
      const methodCalls = calls.map(([name, args], at) => [name, name.startsWith('Push') ? args : { accountId, ...args }, `c${at}`])
      const answer = await browser.fetch('/jmap/api', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ using, methodCalls }) })
      if (answer.status !== 200) throw new Error(answer.text)
      return (answer.json()['methodResponses'] as [string, Answered][]).map(checked)
    },
  }
}

const keepThings = async ({ call }: Person): Promise<void> => {
  await call(['ContactCard/set', { create: { c: {
    '@type': 'Card', version: '1.0',
    name: { full: planted['a contact’s name'].text, components: [{ kind: 'surname', value: planted['a contact’s name'].text, phonetic: planted['a contact’s reading'].text }] },
    emails: { e: { address: planted['a contact’s address'].text } }, notes: { n: { note: planted['a contact’s note'].text } },
  } } }])
  const script = `require ["fileinto"];
if anyof (address "from" "${planted['an address in a filter'].text}", header :contains "subject" "${planted['what a filter looks for'].text}") {
  fileinto "${planted['a mailbox in a filter'].text}"; }`
  await call(
    ['Blob/upload', { create: { b: { data: [{ 'data:asText': script }], type: 'application/sieve' } } }],
    ['SieveScript/set', { create: { s: { name: 'mine', blobId: '#b' } }, onSuccessActivateScript: '#s' }],
    ['Forwarding/set', { update: { singleton: { isEnabled: true, addresses: [planted['an address that mail is forwarded to'].text], keepsCopy: true } } }],
    ['VacationResponse/set', { update: { singleton: {
      isEnabled: true, subject: planted['the subject of a vacation text'].text, textBody: planted['a vacation text'].text,
    } } }],
    ['Setting/set', { update: { display: { theme: planted['a setting'].text }, searches: { saved: [planted['a saved search'].text] } } }],
    ['Blob/upload', { create: { u: { data: [{ 'data:asText': planted['an upload that was never attached'].text }], type: 'text/plain' } } }],
    ['Email/query', { filter: { text: planted['words of a search'].text } }],
  )
}

const writeMail = async ({ call }: Person, login: string): Promise<void> => {
  const [boxes, identities] = await call(['Mailbox/get', { ids: null, properties: ['role'] }], ['Identity/get', { ids: null }])
  const drafts = boxes.list.find(({ role }: Answered) => role === 'drafts').id
  const identity = identities.list[0].id
  const email = (to: string, subject: string, text: string) => ({
    mailboxIds: { [drafts]: true }, keywords: { $draft: true }, from: [{ name: null, email: login }], to: [{ name: null, email: to }], subject,
    bodyValues: { 1: { value: text } }, textBody: [{ partId: '1', type: 'text/plain' }],
  })
  const later = planted['a recipient of mail that waits for its time'].text
  await call(
    ['Identity/set', { update: { [identity]: { textSignature: planted['a signature'].text } } }],
    ['Email/set', { create: {
      d: email(planted['a recipient of a draft'].text, planted['the subject of a draft'].text, planted['the text of a draft'].text),
      s: email(later, planted['the subject of mail that waits for its time'].text, planted['the text of mail that waits for its time'].text),
    } }],
    ['EmailSubmission/set', { create: { s: {
      identityId: identity, emailId: '#s', envelope: { mailFrom: { email: login, parameters: { HOLDFOR: '86400' } }, rcptTo: [{ email: later }] },
    } } }],
  )
}

const readMail = async ({ browser, call }: Person): Promise<readonly string[]> => {
  const [found] = await call(['Email/query', { filter: { subject: 'A picture from afar' } }])
  const [views] = await call(['MessageView/get', { ids: found.ids, images: true }])
  const urls = [...JSON.stringify(views).matchAll(/https?:[^"]*(\/content\/[^"]+)/g)].map(([, path]) => path ?? '')
  if (urls.length === 0) throw new Error('no address at the content origin was given')
  for (const path of urls) await browser.fetch(path)
  return urls.map((path) => path.slice(path.lastIndexOf('/') + 1))
}

/** Opaque things that open something: none of them may lie anywhere, whoever gave them out. */
export interface GivenOut {
  readonly name: string
  readonly bytes: Buffer
}

/** As text, and as the bytes it stands for. */
const bothOf = (name: string, text: string): readonly GivenOut[] => [
  { name, bytes: Buffer.from(text) },
  { name: `${name}, decoded`, bytes: Buffer.from(text, 'base64') },
]

/** Plants, and leaves the session open and the device remembered. */
export const plantWeb = async (port: number, login: string, password: string): Promise<readonly GivenOut[]> => {
  const one = await signIn(port, login, password)
  await keepThings(one)
  await writeMail(one, login)
  const auth = randomBytes(16)
  const p256dh = Buffer.concat([Buffer.of(4), ...(['x', 'y'] as const).map((axis) =>
    Buffer.from(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })[axis] ?? '', 'base64url'))])
  await one.call(['PushSubscription/set', { create: { p: {
    deviceClientId: 'drill', url: planted['where pushes go'].text, keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
  } } }])
  const content = await readMail(one)
  const { token, remembered } = one.browser
  if (remembered === undefined) throw new Error('the device was not remembered')
  return [
    ...bothOf('the secret of a session', token.slice(token.indexOf('.') + 1)),
    ...bothOf('the secret of a device', remembered.secret),
    ...content.map((text, at) => ({ name: `the address ${at} at the content origin`, bytes: Buffer.from(text) })),
  ]
}

export const webNeedles = (given: readonly GivenOut[]): readonly Needle[] => [
  ...Object.entries<Planted>(planted).map(([name, { class: kind, text, kept }]): Needle => ({
    class: kind, name, forms: formsOf(text, kind === 'A' || kind === 'C'), control: kept,
  })),
  ...given.map(({ name, bytes }): Needle => ({ class: 'T', name, forms: formsOf(bytes, false), control: nowhere })),
]
