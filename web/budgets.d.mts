export interface Weight {
  readonly route: string
  readonly files: readonly string[]
  readonly bytesMax: number
  readonly bytes: number
}
/** Of a build at `dist`. */
export const weigh: (dist: string) => readonly Weight[]
