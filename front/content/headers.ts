/** Headers of everything under `/content/`: nothing runs, nothing is kept, nothing is told to others. */
import type { ServerResponse } from 'node:http'

export const always = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-robots-tag': 'noindex',
} as const

/** For files: a document that somebody makes of one can do nothing. */
export const inert = { ...always, 'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'" } as const

/** Images of an open document may be shown again without asking. */
export const shownOnce = { ...inert, 'cache-control': 'private, max-age=1800, immutable' } as const

const words = { 404: 'Not Found', 405: 'Method Not Allowed', 410: 'Gone', 416: 'Range Not Satisfiable', 502: 'Bad Gateway' } as const

export const refuse = (response: ServerResponse, status: keyof typeof words, more: Readonly<Record<string, string>> = {}): void => {
  const body = `${words[status]}\n`
  response.writeHead(status, { ...inert, ...more, 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length })
  response.end(body)
}
