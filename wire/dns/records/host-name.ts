/** CNAME, NS, PTR (RFC 1035 section 3.3.1, 3.3.11, 3.3.12): a name and nothing else. */
import { encodeName, readName } from '../name.ts'
import type { RecordType } from './record-type.ts'

const hostName = (number: number): RecordType<string> => ({
  number,
  read(message, start, end) {
    const read = readName(message, start)
    return read?.end === end ? read.name : undefined
  },
  encode: encodeName,
})

export const ns = hostName(2)
export const cname = hostName(5)
export const ptr = hostName(12)
