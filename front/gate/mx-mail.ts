/** What can be said about MAIL and RCPT without asking anybody, and what intake is told of the client. Pure. */
import { isAsciiPath } from '@bulkhead/wire/smtp/path.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Xclient } from '@bulkhead/wire/smtp/verbs/xclient.ts'
import type { Peer } from './connection.ts'
import { badContentReplies } from './mx-content.ts'
import { mxReplies as say } from './mx-replies.ts'

/** HOLDFOR, HOLDUNTIL and MT-PRIORITY are for those who have logged in, AUTH for those they trust: none is announced here. */
const notOffered = ({ auth, holdFor, holdUntil, priority }: Mail): boolean =>
  [auth, holdFor, holdUntil, priority].some((value) => value !== undefined)

/** RFC 2852 section 4.1.1: what must arrive or come back has to have time left. */
const tooLate = ({ by }: Mail): boolean => by !== undefined && by.mode === 'return' && by.seconds <= 0

export const mailRefusal = (command: Mail, messageBytesMax: number, secure: boolean): Reply | undefined => {
  if (notOffered(command)) return say.notOffered
  if (command.requireTls && !secure) return say.needsTls
  if (tooLate(command)) return say.tooLate
  return command.size !== undefined && command.size > messageBytesMax ? badContentReplies.tooLarge : undefined
}

export const rcptRefusal = ({ forwardPath }: Rcpt, { smtpUtf8 }: Mail, open: number, recipientsMax: number): Reply | undefined => {
  if (!smtpUtf8 && !isAsciiPath(forwardPath)) return say.needsSmtpUtf8
  return open >= recipientsMax ? say.tooManyRecipients : undefined
}

/** DELIVERBY is kept by delivering before the answer; nothing further in has a use for it. */
export const forIntake = (command: Mail): Mail => (command.by === undefined ? command : { ...command, by: undefined })

export const clientFacts = (peer: Peer, hello: Hello | undefined, tlsVersion: string | undefined): Xclient => ({
  verb: 'XCLIENT',
  attributes: {
    ADDR: peer.address,
    PORT: String(peer.port),
    HELO: hello?.name ?? '',
    PROTO: hello?.verb === 'HELO' ? 'SMTP' : tlsVersion === undefined ? 'ESMTP' : 'ESMTPS',
    ...(tlsVersion === undefined ? {} : { TLS: tlsVersion }),
  },
})

/** Empty for `<>`. */
export const senderDomain = ({ reversePath }: Mail): string => reversePath?.domain ?? ''
