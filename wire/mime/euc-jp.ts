/** EUC-JP with the IBM characters that eucJP-ms keeps in the last rows of JIS X 0212; NEC's rows are in Node's decoder. */
import { view } from '@bulkhead/base/bytes.ts'

const decoder = new TextDecoder('euc-jp')
const threeByte = 0x8f
const kana = 0x8e

/** From 8F F3 F3 on, and from 8F F4 A1 on. */
const rows: ReadonlyMap<number, { readonly first: number; readonly characters: string }> = new Map([
  [0xf3, { first: 0xf3, characters: 'ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡ' }],
  [0xf4, {
    first: 0xa1,
    characters:
      'ⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤\ufa0e咊坙\ufa0f\ufa10增寬峵嵓\ufa11德' +
      '悅愠敎昻晥\ufa12\uf929栁\ufa13\ufa14橫櫢淸淲瀨\ufa15\ufa16甁皂皞\ufa17礰\ufa18\ufa19\ufa1a\ufa1b竧\ufa1c\ufa1d綠' +
      '緖\ufa1e荢\ufa1f薰\ufa20\ufa21蠇\ufa22譿賴赶\ufa23\ufa24\ufa25郞\ufa26鄕\ufa27\ufa28閒\uf9dc\ufa29霻靍靑\ufa2a\ufa2b\ufa2c馞髙魲\ufa2d黑',
  }],
])

const extraAt = (bytes: Buffer, at: number): string | undefined => {
  const row = bytes[at] === threeByte ? rows.get(bytes[at + 1] ?? 0) : undefined
  const place = (bytes[at + 2] ?? 0) - (row?.first ?? 0)
  return place < 0 ? undefined : row?.characters[place]
}

const lengthAt = (byte: number): number => (byte === threeByte ? 3 : byte >= 0xa1 || byte === kana ? 2 : 1)

export const decodedEucJp = (input: Uint8Array): string => {
  const bytes = view(input)
  if (!bytes.includes(threeByte)) return decoder.decode(bytes)
  let text = ''
  let from = 0
  for (let at = 0; at < bytes.length; ) {
    const extra = extraAt(bytes, at)
    if (extra === undefined) {
      at += lengthAt(bytes[at] ?? 0)
      continue
    }
    text += decoder.decode(bytes.subarray(from, at)) + extra
    at += 3
    from = at
  }
  return text + decoder.decode(bytes.subarray(from))
}
