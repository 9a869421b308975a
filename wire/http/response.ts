/** A whole HTTP/1.1 response of plain text after which the connection closes (RFC 9112 section 4, RFC 9110 section 15). */

const reasons = {
  200: 'OK', 400: 'Bad Request', 404: 'Not Found', 405: 'Method Not Allowed', 431: 'Request Header Fields Too Large', 503: 'Service Unavailable',
} as const
export type Status = keyof typeof reasons

export const encodeResponse = (status: Status, body: string, withBody = true): string => [
  `HTTP/1.1 ${status} ${reasons[status]}`,
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${Buffer.byteLength(body)}`,
  ...(status === 405 ? ['Allow: GET, HEAD'] : []),
  'X-Content-Type-Options: nosniff',
  'Connection: close',
  '',
  withBody ? body : '',
].join('\r\n')
