/** What doctor says of one thing. */
export interface Finding {
  readonly is: 'right' | 'warning' | 'wrong'
  readonly what: string
  /** How to mend it. */
  readonly mend: string
}
