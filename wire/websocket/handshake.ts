/** The server's half of the opening handshake (RFC 6455 section 4.2). */
import { createHash } from 'node:crypto'

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const keyPattern = /^[A-Za-z0-9+/]{22}==$/

export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

const listed = (value: Fields[string]): readonly string[] => String(value ?? '').split(',').map((one) => one.trim())

export type Handshake = { readonly is: 'accepted'; readonly head: string } | { readonly is: 'refused'; readonly status: number; readonly head: string }

const refused = (status: number, title: string, more = ''): Handshake => ({
  is: 'refused',
  status,
  head: `HTTP/1.1 ${status} ${title}\r\n${more}Connection: close\r\nContent-Length: 0\r\n\r\n`,
})

/** `protocol`: the one subprotocol spoken here; a client that does not offer it is refused. */
export const handshake = (method: string, fields: Fields, protocol: string): Handshake => {
  const key = fields['sec-websocket-key']
  const isUpgrade = listed(fields['upgrade']).some((one) => one.toLowerCase() === 'websocket')
  if (method !== 'GET' || !isUpgrade || typeof key !== 'string' || !keyPattern.test(key)) return refused(400, 'Bad Request')
  if (fields['sec-websocket-version'] !== '13') return refused(426, 'Upgrade Required', 'Sec-WebSocket-Version: 13\r\n')
  if (!listed(fields['sec-websocket-protocol']).includes(protocol)) return refused(400, 'Bad Request')
  const accept = createHash('sha1').update(key + magic).digest('base64')
  const head = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
  ]
  return { is: 'accepted', head: `${head.join('\r\n')}\r\n\r\n` }
}
