/** MX (RFC 1035 section 3.3.9); the host '' of a single record is a null MX (RFC 7505). */
import { encodeName, readName } from '../name.ts'
import type { RecordType } from './record-type.ts'

export const mx: RecordType<{ readonly preference: number; readonly host: string }> = {
  number: 15,
  read(message, start, end) {
    if (end - start < 3) return undefined
    const host = readName(message, start + 2)
    return host?.end === end ? { preference: message.readUInt16BE(start), host: host.name } : undefined
  },
  encode({ preference, host }) {
    const name = encodeName(host)
    if (name === undefined) return undefined
    const wire = Buffer.alloc(2)
    wire.writeUInt16BE(preference)
    return Buffer.concat([wire, name])
  },
}
