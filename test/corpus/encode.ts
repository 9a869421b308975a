/**
 * Text to the charsets of old mail. Node decodes them and has no encoders, so the tables are made by decoding everything
 * and looking from the other side. A character that a charset lacks becomes `?`.
 */
export const charsets = [
  'utf-8', 'iso-2022-jp', 'shift_jis', 'euc-jp', 'iso-8859-1', 'windows-1252', 'gb18030', 'euc-kr', 'big5', 'koi8-r',
] as const
export type Charset = (typeof charsets)[number]

type Table = ReadonlyMap<string, readonly number[]>

interface Ranges {
  readonly label: string
  readonly singles: readonly (readonly [number, number])[]
  readonly leads: readonly (readonly [number, number])[]
  readonly trails: readonly (readonly [number, number])[]
}

const none: readonly (readonly [number, number])[] = []
const upper = [[0x80, 0xff]] as const

const ranges: Readonly<Record<Exclude<Charset, 'utf-8' | 'iso-2022-jp'>, Ranges>> = {
  // ED and EE repeat the IBM rows, which FA to FC write.
  'shift_jis': { label: 'shift_jis', singles: [[0xa1, 0xdf]], leads: [[0x81, 0x9f], [0xe0, 0xec], [0xfa, 0xfc]], trails: [[0x40, 0xfc]] },
  'euc-jp': { label: 'euc-jp', singles: none, leads: [[0x8e, 0x8e], [0xa1, 0xfe]], trails: [[0xa1, 0xfe]] },
  'gb18030': { label: 'gb18030', singles: none, leads: [[0x81, 0xfe]], trails: [[0x40, 0xfe]] },
  'euc-kr': { label: 'euc-kr', singles: none, leads: [[0xa1, 0xfd]], trails: [[0xa1, 0xfe]] },
  'big5': { label: 'big5', singles: none, leads: [[0xa1, 0xf9]], trails: [[0x40, 0xfe]] },
  'iso-8859-1': { label: 'windows-1252', singles: [[0xa0, 0xff]], leads: none, trails: none },
  'windows-1252': { label: 'windows-1252', singles: upper, leads: none, trails: none },
  'koi8-r': { label: 'koi8-r', singles: upper, leads: none, trails: none },
}

function* within(list: readonly (readonly [number, number])[]): Generator<number> {
  for (const [from, to] of list) for (let byte = from; byte <= to; byte += 1) yield byte
}

const inverted = ({ label, singles, leads, trails }: Ranges): Table => {
  const decoder = new TextDecoder(label)
  const table = new Map<string, readonly number[]>()
  const add = (bytes: readonly number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes)
  }
  for (let byte = 0; byte < 0x80; byte += 1) table.set(String.fromCharCode(byte), [byte])
  for (const byte of within(singles)) add([byte])
  for (const lead of within(leads)) for (const trail of within(trails)) add([lead, trail])
  return table
}

const tables = new Map<string, Table>()

const tableOf = (charset: keyof typeof ranges): Table => {
  const known = tables.get(charset)
  if (known !== undefined) return known
  const made = inverted(ranges[charset])
  tables.set(charset, made)
  return made
}

const byTable = (text: string, table: Table): Buffer =>
  Buffer.from([...text].flatMap((character) => table.get(character) ?? [0x3f]))

const escapes = { ascii: [0x1b, 0x28, 0x42], kana: [0x1b, 0x28, 0x49], jis: [0x1b, 0x24, 0x42] } as const

/** RFC 1468, with NEC row 13 and ESC ( I as Outlook writes them. */
const iso2022Jp = (text: string): Buffer => {
  const table = tableOf('euc-jp')
  const out: number[] = []
  let set: keyof typeof escapes = 'ascii'
  const to = (wanted: keyof typeof escapes): void => {
    if (set !== wanted) out.push(...escapes[wanted])
    set = wanted
  }
  for (const character of text) {
    const [lead = 0x3f, trail] = table.get(character) ?? [0x3f]
    if (trail === undefined) {
      to('ascii')
      out.push(lead)
    } else if (lead === 0x8e) {
      to('kana')
      out.push(trail & 0x7f)
    } else {
      to('jis')
      out.push(lead & 0x7f, trail & 0x7f)
    }
  }
  to('ascii')
  return Buffer.from(out)
}

export const encode = (text: string, charset: Charset): Buffer => {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8')
  if (charset === 'iso-2022-jp') return iso2022Jp(text)
  return byTable(text, tableOf(charset))
}
