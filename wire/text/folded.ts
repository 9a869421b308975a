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

/** More marks on one character are no writing, and normalising them takes quadratic time; Unicode's Stream-Safe Text Format has the same limit. */
const marksMax = 30
/** COMBINING GRAPHEME JOINER: shows nothing, ends a run. */
const joiner = '\u034f'
const mark = `[\\p{M}--${joiner}]`
const manyMarks = new RegExp(`${mark}{${marksMax}}(?=${mark})`, 'gv')

/** A few characters need a second turn, since one mapping feeds another. */
const turnsMax = 4

/** What folding means; `foldedUnits` gives the same and is quicker. */
export const foldedSlowly = (text: string): string => {
  let now = text.replace(manyMarks, `$&${joiner}`)
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const next = foldedOnce(now)
    if (next === now) return now
    now = next
  }
  return now
}

const joining = /^[\p{M}\u1100-\u11ff]/u

/** Whether what a code unit folds to may depend on the character before it: marks, iteration marks, jamo, halves of most characters. */
const joins = (unit: number): boolean => {
  // Emoji, which are the surrogates that mail has, stand alone.
  if (unit >= 0xd800 && unit <= 0xdfff) return unit < 0xd83c || unit > 0xd83e
  const char = String.fromCharCode(unit)
  return joining.test(char.normalize('NFKC')) || iterationMark.test(char)
}

/** Marks of the table: not a code unit that folds to one and whatever its neighbours; white space. */
const special = 0xffff
const blank = 0x20

/** Letters, signs and symbols outside East Asia. */
const west = [[0x80, 0x52f], [0x2000, 0x27bf]] as const

/**
 * What each code unit becomes, for the characters nearly all mail is made of: ASCII and its full-width forms, letters of
 * Europe, kana, kanji, Hangul, their punctuation. Each of them folds to one unit, and none composes with what stands
 * before it; everything with a context beyond that is special.
 */
const table = (() => {
  const units = new Uint16Array(0x1_0000).fill(special)
  const same = (from: number, to: number): void => {
    for (let code = from; code <= to; code += 1) units[code] = code
  }
  same(0x00, 0x7e)
  for (let code = 0x41; code <= 0x5a; code += 1) units[code] = code + 0x20
  for (const code of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x3000, 0xfeff]) units[code] = blank
  for (const [from, to] of west) {
    for (let code = from; code <= to; code += 1) {
      const alone = foldedSlowly(String.fromCharCode(code))
      if (alone.length === 1 && !joins(code)) units[code] = alone.charCodeAt(0)
    }
  }
  same(0x3001, 0x3004)
  same(0x3006, 0x301b)
  same(0x301d, 0x3020)
  same(0x3041, 0x3096)
  for (let code = 0x30a1; code <= 0x30f6; code += 1) units[code] = code - 0x60
  same(0x30fb, 0x30fc)
  same(0x3400, 0x4dbf)
  same(0x4e00, 0x9fff)
  same(0xac00, 0xd7a3)
  for (let code = 0xff01; code <= 0xff5e; code += 1) units[code] = units[code - 0xfee0] ?? special
  for (const [from, to] of sames) if (foldedSlowly(from) === to) units[from.charCodeAt(0)] = to.charCodeAt(0)
  return units
})()

/** Good until the next text is folded: the room is used again. */
export interface FoldedUnits {
  readonly units: Uint16Array
  readonly length: number
}

/** Room for the texts of nearly all mail; a longer one gets its own. */
const sharedUnitsMax = 64 * 1024
const sharedBytes = Buffer.allocUnsafeSlow(sharedUnitsMax * 2)
const sharedUnits = new Uint16Array(sharedBytes.buffer, 0, sharedUnitsMax)

const unitsOf = (text: string): Uint16Array => {
  if (text.length <= sharedUnitsMax) {
    sharedBytes.write(text, 'utf16le')
    return sharedUnits
  }
  const bytes = Buffer.allocUnsafeSlow(text.length * 2)
  bytes.write(text, 'utf16le')
  return new Uint16Array(bytes.buffer, 0, text.length)
}

/** Short runs of special characters, which come again and again. */
const runs = new Map<string, string>()
const runsMax = 4_096
const runCharsMax = 16
/** A text with more runs than this that were never seen is folded as a whole. */
const newRunsMax = 256

const foldedRun = (run: string): { readonly folded: string; readonly isNew: boolean } => {
  const known = runs.get(run)
  if (known !== undefined) return { folded: known, isNew: false }
  const made = foldedSlowly(run)
  if (runs.size >= runsMax) runs.clear()
  if (run.length <= runCharsMax) runs.set(run, made)
  return { folded: made, isNew: true }
}

/** Units that grow as they are added to, blanks run together. */
const collected = (first: Uint16Array, firstLength: number) => {
  let units = first
  let length = firstLength
  return {
    add(unit: number): void {
      if (unit === blank && units[length - 1] === blank && length > 0) return
      if (length === units.length) {
        const larger = new Uint16Array(units.length * 2 + runCharsMax)
        larger.set(units)
        units = larger
      }
      units[length] = unit
      length += 1
    },
    shorten(to: number): void {
      length = to
    },
    length: (): number => length,
    folded: (): FoldedUnits => ({ units, length }),
  }
}

/** Goes on at `from`, the first special character, with what is before it folded. Undefined where runs are too many. */
const foldedByRuns = (text: string, from: number, before: FoldedUnits): FoldedUnits | undefined => {
  const out = collected(before.units.slice(0, text.length), before.length)
  let newRuns = 0
  let lastStart = Math.max(0, before.length - 1)
  for (let at = from; at < text.length; ) {
    const unit = table[text.charCodeAt(at)] ?? special
    if (unit !== special) {
      lastStart = out.length()
      out.add(unit)
      at += 1
      continue
    }
    const taken = at > 0 && joins(text.charCodeAt(at)) ? 1 : 0
    if (taken > 0) out.shorten(lastStart)
    let end = at + 1
    while (end < text.length && table[text.charCodeAt(end)] === special) end += 1
    const run = foldedRun(text.slice(at - taken, end))
    if (run.isNew && (newRuns += 1) > newRunsMax) return undefined
    for (let index = 0; index < run.folded.length; index += 1) out.add(run.folded.charCodeAt(index))
    at = end
  }
  return out.folded()
}

/** The folded text as UTF-16 code units: what a digest is made of needs no string. */
export const foldedUnits = (text: string): FoldedUnits => {
  const units = unitsOf(text)
  let length = 0
  let last = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = table[units[at] ?? 0] ?? special
    if (unit === special) {
      const whole = foldedByRuns(text, at, { units, length })
      if (whole !== undefined) return whole
      const slow = foldedSlowly(text)
      return { units: unitsOf(slow), length: slow.length }
    }
    if (unit === blank && last === blank) continue
    last = unit
    units[length] = unit
    length += 1
  }
  return { units, length }
}

export const folded = (text: string): string => {
  const { units, length } = foldedUnits(text)
  return Buffer.from(units.buffer, 0, length * 2).toString('utf16le')
}
