/** A file on its way to the server. */
export interface Upload {
  readonly key: string
  readonly file: File
  readonly sentBytes: number
  /** `placing`: a picture that does not stand in the text yet; it is sent to the server when it does. */
  readonly state: 'placing' | 'running' | 'failed'
  /** A picture of the text has a content id from the start. */
  readonly cid: string | null
  readonly stop: AbortController
}
