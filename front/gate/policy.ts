/** How long the gate waits and how much it puts up with. Every number a stranger could push against is here. */

export interface GatePolicy {
  /** RFC 5321 section 4.5.3.2.7: at least 5 minutes between commands of SMTP. */
  readonly smtpIdleMs: number
  readonly smtpLifeMs: number
  readonly preloginIdleMs: number
  readonly preloginLifeMs: number
  /** After login the mailroom keeps the protocol's own time (30 minutes of IDLE); this only clears away the dead. */
  readonly pipedIdleMs: number
  /** How long a closed connection may take to read its last words. */
  readonly lingerMs: number
  readonly proxyHeaderMs: number
  /** How often lifetimes are looked at. */
  readonly sweepMs: number
  /** After its lifetime a connection is asked to leave; this much later it is cut. */
  readonly overtimeMs: number

  /** Transactions of one session (MAILMAX, RFC 9422). */
  readonly mailsMax: number
  readonly badCommandsMax: number
  readonly imapBadCommandsMax: number
  readonly loginFailuresMax: number
  /** Times the number of failures so far. */
  readonly loginFailureDelayMs: number
  readonly loginsAtOnceMax: number

  /** Recipients that don't exist, per session: so many at once, each further one slower, then none. */
  readonly unknownRecipientsFree: number
  readonly unknownRecipientsMax: number
  readonly unknownRecipientDelayMs: number

  /** Unread replies a client may let pile up before it is not read from. */
  readonly outputBytesMax: number
  /** Bytes of content gathered into one chunk for intake. */
  readonly chunkBytes: number
  /** Chunks intake may owe an answer for before the client is not read from. */
  readonly chunksInFlightMax: number
  /** Replies to MAIL and RCPT that may be awaited at once: what a harvester can learn in one go. */
  readonly repliesAwaitedMax: number
  /** RFC 5321 section 4.5.3.2.6: the wait for the reply after content is the longest. */
  readonly intakeTimeoutMs: number
  readonly mailroomConnectMs: number
  /** How long mailrooms may take to say goodbye to clients when the gate closes. */
  readonly goodbyeMs: number

  /** HTTP: from a request's first byte to the end of its head, and the same for TLS. */
  readonly webHeadMs: number
  /** To the end of its body: a large upload on a slow line. */
  readonly webRequestMs: number
  /** Between requests. */
  readonly webIdleMs: number
  /** Without a byte either way; event streams say something more often. */
  readonly webSilenceMs: number
  /** For the mailroom's answer, once it has the request. */
  readonly webAnswerMs: number
}

export const gatePolicy: GatePolicy = {
  smtpIdleMs: 300_000,
  smtpLifeMs: 3_600_000,
  preloginIdleMs: 60_000,
  preloginLifeMs: 180_000,
  pipedIdleMs: 2_100_000,
  lingerMs: 10_000,
  proxyHeaderMs: 5_000,
  sweepMs: 5_000,
  overtimeMs: 60_000,
  mailsMax: 10_000,
  badCommandsMax: 20,
  imapBadCommandsMax: 10,
  loginFailuresMax: 5,
  loginFailureDelayMs: 1_000,
  loginsAtOnceMax: 512,
  unknownRecipientsFree: 5,
  unknownRecipientsMax: 20,
  unknownRecipientDelayMs: 100,
  outputBytesMax: 64 * 1024,
  chunkBytes: 64 * 1024,
  chunksInFlightMax: 4,
  repliesAwaitedMax: 20,
  intakeTimeoutMs: 600_000,
  mailroomConnectMs: 5_000,
  goodbyeMs: 2_000,
  webHeadMs: 20_000,
  webRequestMs: 3_600_000,
  webIdleMs: 75_000,
  webSilenceMs: 360_000,
  webAnswerMs: 120_000,
}
