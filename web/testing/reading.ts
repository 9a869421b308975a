/** `MessageView/get` over the account in memory: plain text, and HTML from `/content/`, with the banners a test asks for by `views`. */
import type { ServerResponse } from 'node:http'
import type { Args, FakeAccount } from './account.ts'
import type { FakeEmail } from './mail.ts'

const addresses = (list: FakeEmail['to']): Args[] => list.map(({ name, email }) => ({ name, email, shown: email }))

const segments = (text: string): Args[] => [
  { text: `${text}\n\n`, depth: 0, href: null }, { text: 'https://www.example.jp/', depth: 0, href: 'https://www.example.jp/' },
  { text: '\n\n', depth: 0, href: null }, { text: '先日のご連絡の件です。\n', depth: 1, href: null }, { text: 'その前の件です。\n', depth: 2, href: null },
]

/** Every second message is HTML. */
const isHtml = ({ id }: FakeEmail): boolean => Number(id.replace(/\D/g, '')) % 2 === 0

const bodyOf = (email: FakeEmail, args: Args): Args => {
  if (!isHtml(email) || args['preferPlain'] === true) return { is: 'text', segments: segments(email.text), hasQuote: true, truncated: false }
  const recoloured = args['dark'] === true && args['originalColours'] !== true
  return {
    is: 'html', url: `/content/m/${email.id}${recoloured ? '?dark' : ''}`, hasQuote: false, truncated: false, remoteImages: 3, imagesShown: args['images'] === true, recoloured, lines: 12,
  }
}

const attachmentsOf = (email: FakeEmail): Args[] => email.hasAttachment ? [
  { partId: '2', name: '見積書_2026年11月分_株式会社東西建設様_最終版.pdf', type: 'application/pdf', sizeBytes: 482_113, url: '/content/m/a', previewUrl: null, deceptive: false, inline: false },
  { partId: '3', name: 'photo.jpg', type: 'image/jpeg', sizeBytes: 2_482_113, url: '/content/m/b', previewUrl: '/content/m/picture', deceptive: false, inline: false },
  { partId: '4', name: 'invoice.pdf.exe', type: 'application/pdf', sizeBytes: 12_113, url: '/content/m/c', previewUrl: null, deceptive: true, inline: false },
] : []

/** What a test wants one message to say besides. */
export const views = new Map<string, Args>()

const viewOf = (email: FakeEmail, args: Args): Args => ({
  emailId: email.id, subject: email.subject ?? '', from: addresses(email.from), sender: null, replyTo: [], to: addresses(email.to), cc: addresses(email.cc), bcc: [],
  counts: { to: email.to.length, cc: email.cc.length, bcc: 0 }, sentAt: email.receivedAt, receivedAt: email.receivedAt, sizeBytes: email.size,
  body: bodyOf(email, args), charset: { used: 'utf-8', choice: args['charset'] ?? 'auto' },
  verification: { state: 'verified', spf: 'pass', dkim: 'pass', dmarc: 'pass', domain: email.from[0]?.email.split('@')[1] ?? '' },
  official: false, warnings: [], unsubscribe: null, attachments: attachmentsOf(email), attachmentsTotal: attachmentsOf(email).length,
  allAttachmentsUrl: email.hasAttachment ? '/content/m/all' : null, sourceUrl: '/content/m/source', emlUrl: '/content/m/eml', printUrl: '/content/m/print', quote: null,
  expiresAt: new Date(Date.now() + 1_800_000).toISOString(), ...views.get(email.id),
})

export const messageViews = (account: FakeAccount, args: Args): Args => {
  const ids = args['ids'] as string[]
  const found = ids.flatMap((id) => account.emails.get(id) ?? [])
  return { list: found.map((email) => viewOf(email, args)), notFound: ids.filter((id) => !account.emails.has(id)) }
}

/** Those of which a test says so. */
export const officialNotices = (): Args => ({ state: '1', list: [...views].flatMap(([id, { official }]) => (official === true ? [{ id }] : [])), notFound: [] })

const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

export const serveContent = (url: URL, response: ServerResponse): void => {
  if (url.pathname === '/content/m/picture') return void response.writeHead(200, { 'Content-Type': 'image/png' }).end(picture)
  const dark = url.search === '?dark'
  const style = `body{margin:0;padding:12px 16px;font:15px/1.65 sans-serif;background:${dark ? '#000' : '#fff'};color:${dark ? '#fff' : '#1a1a1a'}}`
  const text = '<h1>秋のお知らせ</h1><p>平素よりご利用いただき誠にありがとうございます。</p><p>This is an HTML message.</p>'
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'" }
  response.writeHead(200, headers).end(`<!DOCTYPE html><html lang="ja"><title>メール本文</title><style>${style}</style><body>${text}</body></html>`)
}
