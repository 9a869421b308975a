/**
 * ClamAV's INSTREAM (clamd(8)): `zINSTREAM\0`, chunks of a length and so many bytes, a chunk of nothing; one answer ending
 * in NUL. An answer that is none of its words is no answer.
 */

export const instreamBegin: Buffer = Buffer.from('zINSTREAM\0', 'latin1')
export const instreamEnd: Buffer = Buffer.alloc(4)
export const answerBytesMax = 4_096
const nameMax = 128

export const chunkHead = (bytes: number): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes)
  return head
}

export type ClamAnswer =
  | { readonly is: 'clean' }
  | { readonly is: 'found'; readonly name: string }
  /** It could not look: too large for it, or a fault of its own. */
  | { readonly is: 'failed'; readonly why: string }

const printable = (text: string): string => text.replace(/[^!-~]/g, '?').slice(0, nameMax)

/** Undefined until it is whole, and for what is no answer of clamd's. `bytes`: everything so far. */
export const clamAnswer = (bytes: Buffer): ClamAnswer | 'incomplete' | 'malformed' => {
  const end = bytes.indexOf(0)
  if (end < 0) return bytes.length >= answerBytesMax ? 'malformed' : 'incomplete'
  const text = bytes.toString('latin1', 0, Math.min(end, answerBytesMax)).trim()
  if (text === 'stream: OK') return { is: 'clean' }
  const found = /^stream: (.+) FOUND$/.exec(text)?.[1]
  if (found !== undefined) return { is: 'found', name: printable(found) }
  return text.endsWith(' ERROR') ? { is: 'failed', why: printable(text) } : 'malformed'
}
