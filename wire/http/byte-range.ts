/** One range of bytes (RFC 9110 section 14.1.2). Several at once are answered with the whole. */

export interface ByteRange {
  readonly first: number
  /** Inclusive. */
  readonly last: number
}

const pattern = /^bytes=(\d{0,15})-(\d{0,15})$/

/** Undefined: the whole; `unsatisfiable`: 416. */
export const byteRange = (field: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined => {
  const [, from = '', to = ''] = pattern.exec(field?.replaceAll(' ', '') ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes)
    return length === 0 ? 'unsatisfiable' : { first: sizeBytes - length, last: sizeBytes - 1 }
  }
  const first = Number(from)
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (first >= sizeBytes) return 'unsatisfiable'
  return last < first ? undefined : { first, last }
}
