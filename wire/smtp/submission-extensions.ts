/**
 * What submission announces in EHLO (RFC 6409 section 7), the same before and after the login: many clients say EHLO only once.
 * STARTTLS and AUTH are the gate's to add.
 */

/** FUTURERELEASE, RFC 4865 section 3: a year. */
export const holdSecondsMax = 31_536_000
/** DELIVERBY, RFC 2852 section 4: what a first attempt may take. */
export const deliverBySecondsMin = 60

export interface Offered {
  readonly messageBytesMax: number
  readonly recipientsMax: number
  /** REQUIRETLS is offered under TLS only (RFC 8689 section 2). */
  readonly secure: boolean
  readonly nowMs: number
}

const dateTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

export const submissionExtensions = ({ messageBytesMax, recipientsMax, secure, nowMs }: Offered): readonly string[] => [
  'PIPELINING',
  `SIZE ${messageBytesMax}`,
  '8BITMIME',
  'SMTPUTF8',
  'CHUNKING',
  'BINARYMIME',
  'BURL imap',
  'DSN',
  `FUTURERELEASE ${holdSecondsMax} ${dateTime(nowMs + holdSecondsMax * 1_000)}`,
  `DELIVERBY ${deliverBySecondsMin}`,
  'MT-PRIORITY',
  `LIMITS RCPTMAX=${recipientsMax}`,
  ...(secure ? ['REQUIRETLS'] : []),
  'ENHANCEDSTATUSCODES',
]
