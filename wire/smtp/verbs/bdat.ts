/** `bdat-cmd = "BDAT" SP chunk-size [ SP end-marker ]`, `end-marker = "LAST"` (RFC 3030 section 2). */
import { reply, type Reply } from '../reply.ts'

export interface Bdat {
  readonly verb: 'BDAT'
  readonly sizeBytes: number
  readonly last: boolean
}

const pattern = /^([0-9]{1,15})( LAST)?$/i

export const parseBdat = (args: string): Bdat | Reply => {
  const found = pattern.exec(args)
  if (found === null) return reply(501, '5.5.4', 'Syntax: BDAT size [LAST]')
  return { verb: 'BDAT', sizeBytes: Number(found[1]), last: found[2] !== undefined }
}
