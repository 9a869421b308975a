/** SRV (RFC 2782); the host '' says that the service is not there. */
import { encodeName, readName } from '../name.ts'
import type { RecordType } from './record-type.ts'

export const srv: RecordType<{ readonly priority: number; readonly weight: number; readonly port: number; readonly host: string }> = {
  number: 33,
  read(message, start, end) {
    if (end - start < 7) return undefined
    const host = readName(message, start + 6)
    if (host?.end !== end) return undefined
    return { priority: message.readUInt16BE(start), weight: message.readUInt16BE(start + 2), port: message.readUInt16BE(start + 4), host: host.name }
  },
  encode({ priority, weight, port, host }) {
    const name = encodeName(host)
    if (name === undefined) return undefined
    const wire = Buffer.alloc(6)
    wire.writeUInt16BE(priority, 0)
    wire.writeUInt16BE(weight, 2)
    wire.writeUInt16BE(port, 4)
    return Buffer.concat([wire, name])
  },
}
