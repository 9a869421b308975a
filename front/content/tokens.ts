/**
 * What stands behind `/content/<mailroom>/<token>`: frames and images carry no proof of who asks, so their address does. A token is sealed
 * under a key of this mailroom's run, names the session and its account, and ends soon; without the session it opens nothing.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { accountHandle, isUuid, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import { aeadOpen, aeadSeal, nonceBytes } from '@bulkhead/seal/aead.ts'
import type { HttpSession } from '../http/session.ts'
import type { CharsetChoice } from '../jmap/reading/view.ts'

/** How a message is to be shown. */
export interface ShownAs {
  readonly charset: CharsetChoice
  readonly images: boolean
  readonly dark: boolean
  readonly preferPlain: boolean
}

export interface ContentPart {
  readonly start: number
  readonly length: number
  /** Content-Transfer-Encoding. */
  readonly encoding: string
  readonly type: string
  readonly name: string
}

export type Content =
  | { readonly is: 'document'; readonly message: MessageId; readonly as: ShownAs; readonly print: boolean }
  /** An image in its place; sent only where its bytes are an image's. */
  | { readonly is: 'image'; readonly message: MessageId; readonly part: ContentPart }
  | { readonly is: 'attachment'; readonly message: MessageId; readonly part: ContentPart }
  | { readonly is: 'archive'; readonly message: MessageId; readonly name: string }
  | { readonly is: 'remote'; readonly url: string }
  | { readonly is: 'source' | 'eml'; readonly message: MessageId; readonly name: string }

export interface ContentToken {
  readonly session: string
  readonly account: AccountHandle
  readonly content: Content
}

export interface ContentTokens {
  /** The whole URL. */
  url(session: HttpSession, content: Content): string
  /** Undefined where it is forged, of another run, or over. */
  open(token: string): ContentToken | undefined
  readonly lifetimeMs: number
}

export const lifetimeMs = 1_800_000
const tokenCharsMax = 4_000
const use = Buffer.from('bulkhead content token')
const tokenPattern = /^[A-Za-z0-9_-]+$/

interface Sealed {
  readonly s: string
  readonly a: string
  readonly e: number
  readonly c: Content
}

/** What we sealed ourselves is what it says. */
const tokenIn = (plain: Buffer, nowMs: number): ContentToken | undefined => {
  const sealed = JSON.parse(plain.toString('utf8')) as Sealed
  const account = accountHandle(sealed.a)
  if (account === undefined || sealed.e < nowMs) return undefined
  if ('message' in sealed.c && !isUuid(sealed.c.message)) return undefined
  return { session: sealed.s, account, content: sealed.c }
}

export const contentTokens = (clock: Clock): ContentTokens => {
  const key = randomBytes(32)
  return {
    lifetimeMs,
    url(session, content) {
      const sealed: Sealed = { s: session.id, a: session.account.account, e: clock.now() + lifetimeMs, c: content }
      const nonce = randomBytes(nonceBytes)
      const bytes = aeadSeal(key, nonce, use, Buffer.from(JSON.stringify(sealed), 'utf8'))
      return `${session.contentBase}/${Buffer.concat([nonce, bytes]).toString('base64url')}`
    },
    open(token) {
      if (token.length > tokenCharsMax || !tokenPattern.test(token)) return undefined
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length <= nonceBytes) return undefined
      try {
        return tokenIn(aeadOpen(key, bytes.subarray(0, nonceBytes), use, bytes.subarray(nonceBytes)), clock.now())
      } catch (error) {
        if (error instanceof Fault && error.code === 'corrupt') return undefined
        throw error
      }
    },
  }
}
