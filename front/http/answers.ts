/** Whole short answers: JSON, and errors as RFC 9457 has them. Nothing here is ever kept by a cache. */
import type { ServerResponse } from 'node:http'

const noStore = { 'cache-control': 'no-store' }

export const answerJson = (response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { ...noStore, 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
  response.end(bytes)
}

/** What went wrong with a request of the web, for the page to tell apart. */
export const webErrors = {
  badRequest: 400,
  wrongCredentials: 401,
  /** The session is over, or never was: sign in again, or resume. */
  sessionOver: 401,
  /** No proof, or not one for this request, now, and new: make another. */
  badProof: 401,
  forbidden: 403,
  /** Not the password of now. No 401: the session is fine. */
  wrongPassword: 403,
  notFound: 404,
  wrongMethod: 405,
  tooLarge: 413,
  wrongHost: 421,
  /** The new password is the one of now, or can't be one. */
  samePassword: 422,
  passwordTooShort: 422,
  passwordTooLong: 422,
  passwordControlCharacter: 422,
  passwordOwnName: 422,
  passwordCommon: 422,
  tooManyAttempts: 429,
  tooManyRequests: 429,
  serverFail: 500,
  away: 503,
  noAnswer: 504,
} as const
export type WebError = keyof typeof webErrors

/** RFC 9449 section 7.1. Basic is said nowhere: a browser would ask the person for it. */
const challenges: Readonly<Partial<Record<WebError, string>>> = {
  sessionOver: 'DPoP error="invalid_token", algs="ES256"',
  badProof: 'DPoP error="invalid_dpop_proof", algs="ES256"',
  wrongCredentials: 'DPoP algs="ES256"',
}

export const answerError = (response: ServerResponse, error: WebError, headers: Readonly<Record<string, string>> = {}): void => {
  const status = webErrors[error]
  const challenge = challenges[error]
  answerJson(response, status, { type: `urn:bulkhead:error:${error}`, status, error }, {
    'content-type': 'application/problem+json', ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    ...(error === 'away' ? { 'retry-after': '5' } : {}), ...headers,
  })
}
