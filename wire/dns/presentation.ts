/** Records as lines of a zone file (RFC 1035 section 5.1). Names are written whole, with their final dot. */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import type { Data } from './records.ts'

const stringBytesMax = 255
const dataBytesMax = 16_384
/** A zone file has the numbers an SOA's value does not keep. */
const soaTimes = '3600 600 604800'

export const absoluteName = (name: string): string => `${name}.`

/** `<character-string>`s: printing characters as they are, all others as `\DDD`. */
const quoted = (text: string): string => {
  const strings: string[] = []
  for (let at = 0; at === 0 || at < text.length; at += stringBytesMax) {
    const escaped = text.slice(at, at + stringBytesMax).replace(/["\\]/g, '\\$&')
    strings.push(`"${escaped.replace(/[^\x20-\x7e]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`)}"`)
  }
  return strings.join(' ')
}

/** What stands after the type. */
export const presentedData = (data: Data): string => {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.value
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return absoluteName(data.value)
    case 'MX':
      return `${data.value.preference} ${absoluteName(data.value.host)}`
    case 'SOA':
      return `${absoluteName(data.value.primary)} ${absoluteName(data.value.mailbox)} ${data.value.serial} ${soaTimes} ${data.value.minimumSeconds}`
    case 'SRV':
      return `${data.value.priority} ${data.value.weight} ${data.value.port} ${absoluteName(data.value.host)}`
    case 'TLSA':
      return `${data.value.usage} ${data.value.selector} ${data.value.matching} ${fromBase64(data.value.data, dataBytesMax)?.toString('hex') ?? ''}`
    case 'TXT':
      return quoted(data.value)
  }
}

export const presented = (name: string, ttlSeconds: number, data: Data): string =>
  `${absoluteName(name)} ${ttlSeconds} IN ${data.type} ${presentedData(data)}`
