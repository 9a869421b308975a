/**
 * ISO-2022-JP as Japanese mail has it: RFC 1468 with everything CP50220 to CP50222, ISO-2022-JP-1/-3 and old phones put
 * under its name: NEC row 13, IBM rows, half-width kana by ESC ( I, by SO/SI and raw, JIS X 0212, user-defined rows, raw
 * Shift_JIS in between, a missing return to ASCII, ISO-2022-JP-2's Chinese and Korean (RFC 1554). Bytes are turned into
 * Shift_JIS, which Node decodes with all those rows.
 */
import { cr, lf, view } from '@bulkhead/base/bytes.ts'
import { withCarrierEmoji } from './carrier-emoji.ts'
import { jisX0213 } from './jis-x-0213.ts'

type Set = 'ascii' | 'kana' | 'jis0208' | 'jis0212' | 'jis0213' | 'jis0213second' | 'gb2312' | 'ksc5601'

const esc = 0x1b
const shiftOut = 0x0e
const shiftIn = 0x0f

/** Escape sequences without their ESC. */
const sets: ReadonlyMap<string, Set> = new Map([
  ['(B', 'ascii'], ['(J', 'ascii'], ['(H', 'ascii'], ['(I', 'kana'],
  ['$@', 'jis0208'], ['$B', 'jis0208'], ['$(@', 'jis0208'], ['$(B', 'jis0208'], ['$(O', 'jis0213'], ['$(Q', 'jis0213'], ['$(P', 'jis0213second'],
  ['$(D', 'jis0212'], ['$A', 'gb2312'], ['$(A', 'gb2312'], ['$(C', 'ksc5601'],
])

const escapeAt = (bytes: Buffer, at: number): { readonly set: Set | undefined; readonly length: number } => {
  for (const length of [2, 3]) {
    const set = sets.get(bytes.toString('latin1', at + 1, at + 1 + length))
    if (set !== undefined) return { set, length: length + 1 }
  }
  return { set: undefined, length: 1 }
}

const shiftJis = new TextDecoder('shift_jis')

/** Two bytes of these sets, high bits set, as the EUC form has them behind `lead`. */
const supplements: Readonly<Partial<Record<Set, { readonly lead: readonly number[]; readonly decoder: TextDecoder }>>> = {
  jis0212: { lead: [0x8f], decoder: new TextDecoder('euc-jp') },
  gb2312: { lead: [], decoder: new TextDecoder('gb18030') },
  ksc5601: { lead: [], decoder: new TextDecoder('euc-kr') },
}

/** A row and cell of JIS X 0208, rows to 120 included, as Shift_JIS. */
const putShiftJis = (out: Buffer, at: number, row: number, cell: number): void => {
  const half = (row - 1) >> 1
  out[at] = half + (row <= 62 ? 0x81 : 0xc1)
  out[at + 1] = row % 2 === 0 ? cell + 0x9e : cell + 0x3f + (cell >= 64 ? 1 : 0)
}

/** au's mail has its pictograms in rows that are empty otherwise, so many before those of their Shift_JIS. */
const auRows = { first: 85, last: 88, apart: 22 } as const
const rowsMax = 120
const cellsMax = 94

/** Collects Shift_JIS bytes and hands them over when something else comes between. */
const output = (roomBytes: number) => {
  const out = Buffer.allocUnsafe(roomBytes)
  let length = 0
  let text = ''
  const release = (): void => {
    if (length > 0) text += withCarrierEmoji(shiftJis.decode(out.subarray(0, length)))
    length = 0
  }
  return {
    byte(value: number): void {
      out[length] = value
      length += 1
    },
    character(row: number, cell: number): void {
      putShiftJis(out, length, row, cell)
      length += 2
    },
    other(decoded: string): void {
      release()
      text += decoded
    },
    unreadable(): void {
      release()
      text += '\ufffd'
    },
    text(): string {
      release()
      return text
    },
  }
}

type Output = ReturnType<typeof output>

/** A two-byte character; gives how many bytes it took. */
const putPair = (out: Output, set: Set, lead: number, trail: number | undefined): number => {
  if (trail === undefined || (trail & 0x7f) < 0x21 || (trail & 0x7f) > 0x7e) {
    out.unreadable()
    return 1
  }
  const supplement = supplements[set]
  if (supplement !== undefined) {
    out.other(supplement.decoder.decode(Uint8Array.of(...supplement.lead, lead | 0x80, trail | 0x80)))
    return 2
  }
  // Both bytes with the high bit set are a row of the first 94; one alone is a row beyond them.
  const row = (lead > 0xa0 && trail > 0xa0 ? lead & 0x7f : lead) - 0x20
  const cell = (trail & 0x7f) - 0x20
  // What JIS X 0213's first plane has beyond JIS X 0208; the rest is in there.
  const extended = set === 'jis0208' ? undefined : jisX0213(set === 'jis0213second' ? 2 : 1, row, cell)
  if (extended !== undefined) {
    out.other(extended)
    return 2
  }
  if (set === 'jis0213second' || row < 1 || row > rowsMax || cell > cellsMax) out.unreadable()
  else out.character(row >= auRows.first && row <= auRows.last ? row + auRows.apart : row, cell)
  return 2
}

export const decodedIso2022Jp = (input: Uint8Array): string => {
  const bytes = view(input)
  // No character takes more bytes in Shift_JIS than here.
  const out = output(bytes.length)
  let set: Set = 'ascii'
  let shifted = false
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    if (byte === esc) {
      const found = escapeAt(bytes, at)
      set = found.set ?? set
      at += found.length
      continue
    }
    if (byte === shiftOut || byte === shiftIn) {
      shifted = byte === shiftOut
    } else if (byte === cr || byte === lf) {
      // quirkMissingReturn: a line that forgot ESC ( B ends its character set (RFC 1468 says lines begin in ASCII).
      set = 'ascii'
      shifted = false
      out.byte(byte)
    } else if (shifted || set === 'kana') {
      out.byte(byte > 0x20 && byte < 0x60 ? byte | 0x80 : byte)
    } else if (set === 'ascii' || byte <= 0x20 || byte === 0x7f) {
      out.byte(byte)
    } else {
      at += putPair(out, set, byte, bytes[at + 1])
      continue
    }
    at += 1
  }
  return out.text()
}
