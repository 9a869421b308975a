/**
 * Text made comparable for SEARCH and its like: two texts that a Japanese or a Western reader takes for the same become
 * the same. NFKC (half-width kana, full-width Latin, composed marks), case, katakana and hiragana, iteration marks
 * written out, the dashes and signs that vendors map in two ways, and runs of white space. Folding twice changes nothing.
 */

const whiteSpace = /[\s\u0085\u200b\u2060\ufeff]+/g

/** Pairs that JIS tables of different vendors give for one character, and dashes nobody tells apart. */
const sames: ReadonlyMap<string, string> = new Map(
  ([
    ['~', '\u301c\u223c\u223e\u02dc\uff5e'],
    ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\ufe63\uff0d'],
    ['\u2225', '\u2016'],
    ['\u00a5', '\uffe5'],
    ["'", '\u2018\u2019\u201b\u02bc'],
    ['"', '\u201c\u201d\u201f'],
    ['\u03c3', '\u03c2'],
    ['\u30fb', '\u00b7\u2022\u22c5'],
  ] as const).flatMap(([to, from]) => [...from].map((char) => [char, to] as const)),
)
const sameClass = new RegExp(`[${[...sames.keys()].join('')}]`, 'g')

const iterationMark = /[\u3005\u303b\u309d\u309e\u30fd\u30fe]/
const voicedMarks = '\u309e\u30fe'

/** Hiragana to which a voiced sound mark can be added: the code before its voiced form. */
const canBeVoiced = /[\u304b\u304d\u304f\u3051\u3053\u3055\u3057\u3059\u305b\u305d\u305f\u3061\u3064\u3066\u3068\u306f\u3072\u3075\u3078\u307b]/
const isKana = /[\u3041-\u3096\u30a1-\u30fa]/
const isRepeatable = /[\p{Script=Han}\u3041-\u3096\u30a1-\u30fa]/u

const hiragana = (text: string): string =>
  text.replace(/[\u30a1-\u30f6]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0x60))

/** 佐々木 becomes 佐佐木, いすゞ becomes いすず. A mark with nothing before it that it could repeat stays. */
const writtenOut = (text: string): string => {
  let out = ''
  let last = ''
  for (const char of text) {
    let next = char
    if (iterationMark.test(char)) {
      const forKana = char !== '\u3005' && char !== '\u303b'
      if ((forKana ? isKana : isRepeatable).test(last)) {
        next = voicedMarks.includes(char) && canBeVoiced.test(last) ? String.fromCharCode(last.charCodeAt(0) + 1) : last
      }
    }
    out += next
    last = next
  }
  return out
}

const foldedOnce = (text: string): string => {
  // NFKC after upper case as well: upper case of a composed letter may come apart.
  const even = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  const same = even.replace(sameClass, (char) => sames.get(char) ?? char)
  const kana = hiragana(same)
  const long = iterationMark.test(kana) ? writtenOut(kana) : kana
  return long.replace(whiteSpace, ' ')
}

/** A few characters need a second turn, since one mapping feeds another. */
const turnsMax = 4

const foldedSlowly = (text: string): string => {
  let now = text
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const next = foldedOnce(now)
    if (next === now) return now
    now = next
  }
  return now
}

/** Marks of the table: not a code unit that NFKC and the table fold alone; white space. */
const special = 0xffff
const blank = 0x20

/**
 * What each code unit becomes, for the characters nearly all mail is made of: ASCII and its full-width forms, kana, kanji,
 * their punctuation. Each of them is its own NFKC form, or one unit of it, and none composes with another; everything with
 * a case or a context beyond that is special.
 */
const table = (() => {
  const units = new Uint16Array(0x1_0000).fill(special)
  const same = (from: number, to: number): void => {
    for (let code = from; code <= to; code += 1) units[code] = code
  }
  same(0x00, 0x7e)
  for (let code = 0x41; code <= 0x5a; code += 1) units[code] = code + 0x20
  for (const code of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x3000]) units[code] = blank
  same(0x3001, 0x3004)
  same(0x3006, 0x301b)
  same(0x301d, 0x3020)
  same(0x3041, 0x3096)
  for (let code = 0x30a1; code <= 0x30f6; code += 1) units[code] = code - 0x60
  same(0x30fb, 0x30fc)
  same(0x4e00, 0x9fff)
  same(0x25a0, 0x25ff)
  for (let code = 0xff01; code <= 0xff5e; code += 1) units[code] = units[code - 0xfee0] ?? special
  for (const [from, to] of sames) units[from.charCodeAt(0)] = to.charCodeAt(0)
  // NFKC makes two of it.
  units[0x02dc] = special
  return units
})()

export interface FoldedUnits {
  readonly units: Uint16Array
  readonly length: number
}

/** A buffer of its own: the shared pool's may begin at an odd place. */
const unitsOf = (text: string): Uint16Array => {
  const bytes = Buffer.allocUnsafeSlow(text.length * 2)
  bytes.write(text, 'utf16le')
  return new Uint16Array(bytes.buffer, 0, text.length)
}

/** Folds in place; gives the length, or -1 where a unit is special. */
const foldUnits = (units: Uint16Array): number => {
  let length = 0
  let last = 0
  for (let at = 0; at < units.length; at += 1) {
    const unit = table[units[at] ?? 0] ?? special
    if (unit === special) return -1
    if (unit === blank && last === blank) continue
    last = unit
    units[length] = unit
    length += 1
  }
  return length
}

/** More marks on one character are no writing, and normalising them takes quadratic time; Unicode's Stream-Safe Text Format has the same limit. */
const marksMax = 30
/** COMBINING GRAPHEME JOINER: shows nothing, ends a run. */
const joiner = '\u034f'
const mark = `[\\p{M}--${joiner}]`
const manyMarks = new RegExp(`${mark}{${marksMax}}(?=${mark})`, 'gv')

/** The folded text as UTF-16 code units: what a digest is made of needs no string. */
export const foldedUnits = (text: string): FoldedUnits => {
  const units = unitsOf(text)
  const length = foldUnits(units)
  if (length >= 0) return { units, length }
  const safe = text.replace(manyMarks, `$&${joiner}`)
  const normal = unitsOf(safe.normalize('NFKC'))
  const normalLength = foldUnits(normal)
  if (normalLength >= 0) return { units: normal, length: normalLength }
  const slow = foldedSlowly(safe)
  return { units: unitsOf(slow), length: slow.length }
}

export const folded = (text: string): string => {
  const { units, length } = foldedUnits(text)
  return Buffer.from(units.buffer, 0, length * 2).toString('utf16le')
}
