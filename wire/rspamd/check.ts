/**
 * Rspamd's `/checkv2` (its HTTP protocol): one request with what is known of the envelope, one JSON answer. Values from
 * outside are made harmless for a header line; of the answer only what is used is read, within limits.
 */

export interface Envelope {
  readonly id: string
  readonly peer: string | null
  readonly peerName: string | null
  readonly helo: string
  /** Empty: the null reverse path. */
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly sizeBytes: number
}

/** https://rspamd.com/doc/faq.html: in order of severity. */
export const rspamdActions = ['no action', 'greylist', 'add header', 'rewrite subject', 'soft reject', 'reject'] as const
export type RspamdAction = (typeof rspamdActions)[number]

export interface RspamdAnswer {
  readonly action: RspamdAction
  readonly score: number
  readonly required: number
  /** Names that counted, the heaviest first. */
  readonly symbols: readonly string[]
}

export const answerBytesMax = 1_048_576
const headBytesMax = 16_384
const valueMax = 1_000
/** Rspamd wants them all to know the settings; a few say enough. */
const recipientsMax = 100
const symbolsMax = 10
const symbolMax = 64

// eslint-disable-next-line no-control-regex
const line = (name: string, value: string): string => `${name}: ${value.replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, valueMax)}\r\n`

export const checkRequest = ({ id, peer, peerName, helo, reversePath, forwardPaths, sizeBytes }: Envelope): Buffer => {
  const lines = [
    'POST /checkv2 HTTP/1.1\r\nHost: rspamd\r\nConnection: close\r\n',
    line('Content-Length', String(sizeBytes)),
    line('Queue-Id', id),
    line('From', reversePath),
    ...forwardPaths.slice(0, recipientsMax).map((path) => line('Rcpt', path)),
    peer === null ? '' : line('IP', peer),
    peerName === null ? '' : line('Hostname', peerName),
    helo === '' ? '' : line('Helo', helo),
    '\r\n',
  ]
  return Buffer.from(lines.join(''), 'utf8')
}

interface Head {
  readonly status: number
  /** Null: the answer ends with the connection. */
  readonly bodyBytes: number | null
  readonly bodyAt: number
}

const headOf = (bytes: Buffer): Head | 'incomplete' | 'malformed' => {
  const end = bytes.subarray(0, headBytesMax).indexOf('\r\n\r\n')
  if (end < 0) return bytes.length >= headBytesMax ? 'malformed' : 'incomplete'
  const [first = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]
  if (status === undefined || fields.some((field) => /^transfer-encoding:/i.test(field))) return 'malformed'
  const length = fields.map((field) => /^content-length:\s*(\d{1,9})\s*$/i.exec(field)?.[1]).find((found) => found !== undefined)
  return { status: Number(status), bodyBytes: length === undefined ? null : Number(length), bodyAt: end + 4 }
}

const finite = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)

const symbolsOf = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  const scored = Object.entries(value).flatMap(([name, one]) => {
    const score = typeof one === 'object' && one !== null && 'score' in one ? finite(one.score) : undefined
    return score === undefined || score < 0 ? [] : [{ name: name.replace(/[^A-Za-z0-9_.-]/g, '?').slice(0, symbolMax), score }]
  })
  return scored.toSorted((a, b) => b.score - a.score).slice(0, symbolsMax).map(({ name }) => name)
}

const readAnswer = (body: string): RspamdAnswer | 'malformed' => {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return 'malformed'
  }
  if (typeof parsed !== 'object' || parsed === null) return 'malformed'
  const { action: said, score, required_score: required, symbols } = parsed as Readonly<Record<string, unknown>>
  const action = rspamdActions.find((one) => one === said)
  if (action === undefined) return 'malformed'
  return { action, score: finite(score) ?? 0, required: finite(required) ?? 0, symbols: symbolsOf(symbols) }
}

/** `bytes`: everything so far; `ended`: no more will come. */
export const checkAnswer = (bytes: Buffer, ended: boolean): RspamdAnswer | 'incomplete' | 'malformed' => {
  if (bytes.length > answerBytesMax) return 'malformed'
  const head = headOf(bytes)
  if (typeof head === 'string') return ended ? 'malformed' : head
  if (head.status !== 200) return 'malformed'
  const end = head.bodyBytes === null ? bytes.length : head.bodyAt + head.bodyBytes
  const whole = head.bodyBytes === null ? ended : bytes.length >= end
  if (!whole) return ended || end > answerBytesMax ? 'malformed' : 'incomplete'
  return readAnswer(bytes.toString('utf8', head.bodyAt, end))
}
