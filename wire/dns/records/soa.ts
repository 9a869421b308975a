/** SOA (RFC 1035 section 3.3.13); `minimumSeconds` bounds how long an absence holds (RFC 2308 section 4). */
import { encodeName, readName } from '../name.ts'
import type { RecordType } from './record-type.ts'

export interface Soa {
  readonly primary: string
  readonly mailbox: string
  readonly serial: number
  readonly minimumSeconds: number
}

/** Serial, refresh, retry, expire, minimum. */
const numbersBytes = 20

export const soa: RecordType<Soa> = {
  number: 6,
  read(message, start, end) {
    const primary = readName(message, start)
    const mailbox = primary === undefined ? undefined : readName(message, primary.end)
    if (primary === undefined || mailbox === undefined || mailbox.end + numbersBytes !== end) return undefined
    return {
      primary: primary.name,
      mailbox: mailbox.name,
      serial: message.readUInt32BE(mailbox.end),
      minimumSeconds: message.readUInt32BE(mailbox.end + 16),
    }
  },
  encode({ primary, mailbox, serial, minimumSeconds }) {
    const names = [encodeName(primary), encodeName(mailbox)]
    const numbers = Buffer.alloc(numbersBytes)
    numbers.writeUInt32BE(serial, 0)
    numbers.writeUInt32BE(minimumSeconds, 16)
    const [first, second] = names
    return first === undefined || second === undefined ? undefined : Buffer.concat([first, second, numbers])
  },
}
