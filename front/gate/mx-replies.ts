/** What the gate says on port 25 in its own name; everything else is said by `intake` and passed on. */
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Surroundings } from './surroundings.ts'

export const mxReplies = {
  ok: reply(250, '2.0.0', 'OK'),
  bye: reply(221, '2.0.0', 'Bye'),
  help: reply(214, '2.0.0', 'See RFC 5321'),
  cannotVerify: reply(252, '2.5.0', 'Send some mail, we will try'),
  startTls: reply(220, '2.0.0', 'Ready to start TLS'),
  sendContent: reply(354, undefined, 'End with <CRLF>.<CRLF>'),
  chunkTaken: reply(250, '2.0.0', 'Chunk taken'),
  idle: reply(421, '4.4.2', 'Idle for too long'),
  closing: reply(421, '4.3.2', 'Closing, come back later'),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors'),
  tooManyUnknown: reply(421, '4.7.0', 'Too many unknown recipients'),
  tooManyConnections: reply(421, '4.7.0', 'Too many connections'),
  tooSoon: reply(554, '5.5.1', 'You spoke before you were greeted'),
  tooFast: reply(451, '4.7.1', 'Too much in this minute, try again later'),
  connectsTooFast: reply(421, '4.7.0', 'Too many connections in this minute, come back later'),
  tooManyUnknownBefore: reply(451, '4.7.1', 'Your network has asked for too many who do not exist, try again later'),
  impossibleName: reply(550, '5.7.1', 'That is no name of yours'),
  injected: reply(421, '5.5.1', 'Nothing may follow STARTTLS before TLS does'),
  outOfStep: reply(421, '4.5.0', 'Out of step'),
  away: reply(451, '4.3.0', 'Temporarily not available, try again later'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients'),
  lineTooLong: reply(500, '5.5.6', 'Line too long'),
  badLineEnd: reply(500, '5.5.2', 'Lines end in CRLF'),
  tlsAlready: reply(503, '5.5.1', 'TLS already active'),
  needsSmtpUtf8: reply(553, '5.6.7', 'Address needs SMTPUTF8'),
  noRecipients: reply(554, '5.5.1', 'No valid recipients'),
  notOffered: reply(555, '5.5.4', 'Parameter not offered here'),
  needsTls: reply(550, '5.7.10', 'REQUIRETLS needs TLS'),
  needsChunks: reply(503, '5.5.1', 'BINARYMIME needs BDAT'),
  tooLate: reply(501, '5.5.4', 'Its time to be delivered by is over'),
  tooManyMessages: reply(421, '4.7.0', 'Too many messages in one session'),
} as const satisfies Readonly<Record<string, Reply>>

/** RFC 5321 section 4.1.1.1 and the extensions we mean; REQUIRETLS only where it can be kept (RFC 8689 section 3). */
export const helloReply = ({ verb }: Hello, { hostName, limits, policy }: Surroundings, secure: boolean): Reply => {
  if (verb === 'HELO') return reply(250, undefined, hostName)
  return reply(
    250, undefined, hostName, 'PIPELINING', `SIZE ${limits.messageBytesMax}`, '8BITMIME', 'BINARYMIME', 'SMTPUTF8', 'CHUNKING', 'DSN', 'DELIVERBY',
    secure ? 'REQUIRETLS' : 'STARTTLS', `LIMITS RCPTMAX=${limits.recipientsMax} MAILMAX=${policy.mailsMax}`, 'ENHANCEDSTATUSCODES',
  )
}

/** 421 closes a connection and 3yz asks for more: neither is intake's to say to the client. */
export const passedOn = (answer: Reply): Reply => {
  if (answer.code === 421) return { ...answer, code: 451 }
  return answer.code >= 300 && answer.code < 400 ? mxReplies.away : answer
}
