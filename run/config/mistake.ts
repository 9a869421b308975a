/** What is wrong in a configuration file, and where. */
export interface Mistake {
  readonly line: number
  readonly what: string
}
