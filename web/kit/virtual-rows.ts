/** Where the rows of a long list stand: all of one height, with headings of another height before some of them. Pure arithmetic. */

export interface Heading {
  /** The row before which it stands. */
  readonly at: number
  readonly label: string
}

export interface Geometry {
  readonly count: number
  readonly rowPx: number
  readonly headingPx: number
  /** In order of `at`. */
  readonly headings: readonly Heading[]
}

const headingsUntil = ({ headings }: Geometry, row: number): number => {
  let count = 0
  while (count < headings.length && (headings[count]?.at ?? 0) <= row) count += 1
  return count
}

export const topOf = (geometry: Geometry, row: number): number => row * geometry.rowPx + headingsUntil(geometry, row) * geometry.headingPx

export const heightOf = (geometry: Geometry): number => geometry.count * geometry.rowPx + geometry.headings.length * geometry.headingPx

/** The row that is drawn at a height, or next below it where a heading is. */
export const rowAt = (geometry: Geometry, px: number): number => {
  let low = 0
  let high = Math.max(0, geometry.count - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (topOf(geometry, middle) + geometry.rowPx > px) high = middle
    else low = middle + 1
  }
  return low
}

/** Rows from `first` up to but not `end` are drawn: those in view and `beyond` more at both sides. */
export const rowsInView = (geometry: Geometry, scrollPx: number, viewPx: number, beyond: number): { readonly first: number; readonly end: number } => {
  if (geometry.count === 0) return { first: 0, end: 0 }
  const first = Math.max(0, rowAt(geometry, scrollPx) - beyond)
  return { first, end: Math.min(geometry.count, rowAt(geometry, scrollPx + viewPx) + 1 + beyond) }
}
