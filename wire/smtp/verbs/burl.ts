/** `burl-cmd = "BURL" SP absolute-URI [SP end-marker] CRLF`, `end-marker = "LAST"` (RFC 4468 section 3.2). */
import { reply, type Reply } from '../reply.ts'

export interface Burl {
  readonly verb: 'BURL'
  readonly url: string
  readonly last: boolean
}

const pattern = /^([A-Za-z][A-Za-z0-9+.-]*:[!-~]+)( LAST)?$/i

export const parseBurl = (args: string): Burl | Reply => {
  const [, url, last] = pattern.exec(args) ?? []
  return url === undefined ? reply(501, '5.5.4', 'Syntax: BURL url [LAST]') : { verb: 'BURL', url, last: last !== undefined }
}
