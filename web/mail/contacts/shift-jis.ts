/**
 * Shift_JIS as Windows writes it (CP932). Decoding is the browser's; the table for encoding is made from it, by asking what
 * each pair of bytes means, with the choices of the WHATWG encoder where several mean the same.
 */

const leads = [...Array.from({ length: 0x1f }, (_, at) => 0x81 + at), ...Array.from({ length: 0x1d }, (_, at) => 0xe0 + at)]
const trails = [...Array.from({ length: 0x3f }, (_, at) => 0x40 + at), ...Array.from({ length: 0x7d }, (_, at) => 0x80 + at)]

/** NEC's copies of IBM's kanji decode, and are never written. */
const isCopy = (lead: number): boolean => lead === 0xed || lead === 0xee
const isPrivate = (char: string): boolean => /[\ue000-\uf8ff\ufffd]/u.test(char)

/** Signs that other systems write for what CP932 has one place for. */
const sames: Readonly<Record<string, string>> = {
  '\u301c': '\uff5e', '\u2212': '\uff0d', '\u2016': '\u2225', '\u2014': '\u2015',
  '\u00a2': '\uffe0', '\u00a3': '\uffe1', '\u00ac': '\uffe2', '\u00a0': ' ',
}

let table: ReadonlyMap<string, number> | undefined

const makeTable = (): ReadonlyMap<string, number> => {
  const decoder = new TextDecoder('shift_jis')
  const made = new Map<string, number>()
  for (let byte = 0; byte < 0x80; byte++) made.set(String.fromCharCode(byte), byte)
  for (let byte = 0xa1; byte <= 0xdf; byte++) made.set(String.fromCharCode(0xff61 + byte - 0xa1), byte)
  for (const lead of leads) {
    if (isCopy(lead)) continue
    for (const trail of trails) {
      const char = decoder.decode(new Uint8Array([lead, trail]))
      if (char.length === 1 && !isPrivate(char) && !made.has(char)) made.set(char, lead * 256 + trail)
    }
  }
  made.set('\u00a5', 0x5c)
  made.set('\u203e', 0x7e)
  return made
}

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Characters that Shift_JIS does not have, each once; `?` stands in their places. */
  readonly missing: readonly string[]
}

export const encodeShiftJis = (text: string): Encoded => {
  table ??= makeTable()
  const bytes: number[] = []
  const missing = new Set<string>()
  for (const char of text) {
    const code = table.get(char) ?? table.get(sames[char] ?? '')
    if (code === undefined) {
      missing.add(char)
      bytes.push(0x3f)
    } else if (code > 0xff) bytes.push(code >> 8, code & 0xff)
    else bytes.push(code)
  }
  return { bytes: new Uint8Array(bytes), missing: [...missing] }
}

/** A file of unknown origin: by its mark, as UTF-8 where it is that, else as Windows in Japan wrote it. */
export const decodeFile = (bytes: Uint8Array<ArrayBuffer>): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('shift_jis').decode(bytes)
  }
}
