/**
 * A JMAP method: one file, one value, listed in `methods.ts`. It reads its arguments with `wire/jmap/`, decides, acts on the account, and
 * says its answer. The dispatch (`dispatch.ts`) has resolved references and checked `using`, call limits and `accountId`.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { Capability } from '@bulkhead/wire/jmap/capabilities.ts'
import type { MethodError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import type { HttpSession } from '../http/session.ts'
import type { JmapServices } from './services.ts'

export interface MethodContext {
  readonly session: HttpSession
  /** The account asked: the person's own, or a shared one (`accounts.ts`). */
  readonly account: MailAccount
  /** The account asked, as `wire/jmap/ids.ts` writes it. */
  readonly accountId: string
  /** Another account of the session, for what is copied. */
  accountOf(id: string): MailAccount | undefined
  readonly using: ReadonlySet<string>
  /** Creation id to id, of the whole request (RFC 8620 section 3.3): a method adds what it creates, and resolves `#id` by it. */
  readonly createdIds: Map<string, string>
  readonly limits: JmapLimits
  readonly services: JmapServices
  readonly clock: Clock
  readonly log: Log
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal
}

/** `more`: responses after the method's own, such as the implicit Email/set of EmailSubmission/set (RFC 8621 section 7.5). */
export type MethodAnswer =
  | { readonly is: 'answer'; readonly args: JsonObject; readonly more?: readonly (readonly [name: string, args: JsonObject])[] }
  | { readonly is: 'error'; readonly type: MethodError; readonly description?: string; readonly extra?: JsonObject }

/**
 * Where `MethodFailure` is thrown inside it becomes that error, `BadValue` invalidArguments; a `Fault` becomes `serverUnavailable`, anything else `serverFail`.
 */
export interface Method {
  /** `Email/get`. */
  readonly name: string
  readonly capability: Capability
  /** Takes no `accountId`: Core/echo, PushSubscription. */
  readonly accountless?: true
  run(args: JsonObject, context: MethodContext): Promise<MethodAnswer>
}

export const answer = (args: JsonObject): MethodAnswer => ({ is: 'answer', args })

export const methodError = (type: MethodError, description?: string): MethodAnswer =>
  description === undefined ? { is: 'error', type } : { is: 'error', type, description }
