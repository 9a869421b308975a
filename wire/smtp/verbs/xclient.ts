/**
 * `XCLIENT 1*( SP attribute-name "=" xtext )`, after Postfix's extension of that name: the gate tells `intake` whom it
 * speaks for. Only inside; no listener on the internet knows this verb.
 */
import { reply, type Reply } from '../reply.ts'
import { decodeXtext, encodeXtext } from '../xtext.ts'

export const xclientAttributes = ['ADDR', 'PORT', 'HELO', 'PROTO', 'TLS'] as const
export type XclientAttribute = (typeof xclientAttributes)[number]

export interface Xclient {
  readonly verb: 'XCLIENT'
  /** ADDR, PORT, HELO, PROTO (ESMTP, ESMTPS, SMTP …) and TLS (the version), decoded. */
  readonly attributes: Readonly<Partial<Record<XclientAttribute, string>>>
}

const valueMax = 1_024

export const parseXclient = (args: string): Xclient | Reply => {
  const attributes: Partial<Record<XclientAttribute, string>> = {}
  for (const word of args.split(' ', xclientAttributes.length + 1)) {
    const equals = word.indexOf('=')
    const name = xclientAttributes.find((known) => known === word.slice(0, Math.max(equals, 0)).toUpperCase())
    const value = word.length > valueMax ? undefined : decodeXtext(word.slice(equals + 1))
    if (name === undefined || value === undefined || name in attributes) {
      return reply(501, '5.5.4', 'Bad XCLIENT attribute')
    }
    attributes[name] = value
  }
  return { verb: 'XCLIENT', attributes }
}

export const encodeXclient = ({ attributes }: Xclient): string => {
  let text = 'XCLIENT'
  for (const name of xclientAttributes) {
    const value = attributes[name]
    if (value !== undefined) text += ` ${name}=${encodeXtext(value)}`
  }
  return text
}
