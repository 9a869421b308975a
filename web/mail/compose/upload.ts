/** A file on its way to the server. */
export interface Upload {
  readonly key: string
  readonly file: File
  readonly sentBytes: number
  readonly state: 'running' | 'failed'
  /** A picture of the text has a content id from the start. */
  readonly cid: string | null
  readonly stop: AbortController
}
