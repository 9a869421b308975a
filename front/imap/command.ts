/**
 * The shape of a command: grammar, allowed states, decision, replies. A command never sees a socket; `connection.ts` alone
 * reads, performs and writes. `command` and `selectedCommand` turn a shape into what the connection runs.
 */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { Refusal, Refused } from '@bulkhead/mail/refusal.ts'
import { badReply, type Response, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { end, parsed, space, type Parser, type Scan } from '@bulkhead/wire/imap/scan.ts'
import type { Pieces } from './fetch/pieces.ts'
import { deedsOf, noting } from './notify/deeds.ts'
import { operations, type AnswerOf, type OperationName, type RequestOf } from './operations.ts'
import type { Ports } from './ports.ts'
import { refusalReplies } from './refusals.ts'
import { isUidOnly, type Phase, type Selected, type Session } from './session.ts'

export interface Context {
  readonly session: Session
  /** As of the last operation. */
  readonly state: AccountState
  readonly tag: string
  readonly byUid: boolean
  readonly limits: MailLimits
  /** See `SessionCommon`. */
  readonly jmapUrl: string | null
  readonly nowMs: number
}

export interface SelectedContext extends Context {
  readonly selected: Selected
}

/** Untagged lines and last the tagged one; or a long result whose own end gives the tagged one. */
export type Replies = readonly Response[] | { readonly is: 'stream'; readonly pieces: Pieces }

type Done<A> = Exclude<A, Refused>
type RefusalsOf<A> = A extends Refused<infer R> ? R : never

type Arguments<A extends readonly unknown[]> = { readonly [K in keyof A]: Parser<A[K]> }

interface Shape<C extends Context, A extends readonly unknown[], O extends OperationName> {
  readonly name: string
  readonly rfc: string
  /** Whether its end may announce EXPUNGE; by UID always (RFC 9051 section 7.5.1). */
  readonly numbers: 'keeps' | 'breaks'
  readonly hasUidForm?: boolean
  readonly args: Arguments<A>
  readonly asks: O
  decide(context: C, args: A): RequestOf<O> | Tagged
  readonly reply: {
    done(answer: Done<AnswerOf<O>>, after: C, args: A): Replies
  } & { readonly [R in RefusalsOf<AnswerOf<O>>]?: Tagged }
  /** The session after an answer that was no refusal. */
  becomes?(after: C, args: A, answer: Done<AnswerOf<O>>): Session
}

export interface Outcome {
  readonly replies: Replies
  readonly session: Session
}

export type Begun = Tagged | { readonly is: 'asks'; perform(ports: Ports): Promise<Outcome> }

export interface Command {
  readonly name: string
  readonly rfc: string
  readonly states: readonly Phase[]
  readonly numbers: 'keeps' | 'breaks'
  readonly hasUidForm: boolean
  begin(scan: Scan, context: Context): Begun
}

const argumentsOf =
  <A extends readonly unknown[]>(parsers: Arguments<A>): Parser<A> =>
  (scan) => {
    const values: unknown[] = []
    for (const parser of parsers as readonly Parser<unknown>[]) {
      if (!skipsSpace.has(parser)) space(scan)
      values.push(parser(scan))
    }
    end(scan)
    return values as readonly unknown[] as A
  }

const skipsSpace = new WeakSet<Parser<unknown>>()

/** An argument that may be missing: its parser runs only where more text follows. */
export const maybe = <T>(parser: Parser<T>): Parser<T | undefined> => {
  const whole: Parser<T | undefined> = (scan) => {
    if (scan.at >= scan.bytes.length) return undefined
    space(scan)
    return scan.at >= scan.bytes.length ? undefined : parser(scan)
  }
  skipsSpace.add(whole)
  return whole
}

/** Arguments that bring the spaces before them, and may be none. */
export const toItsEnd = <T>(parser: Parser<T>): Parser<T> => {
  const whole: Parser<T> = (scan) => parser(scan)
  skipsSpace.add(whole)
  return whole
}

/** RFC 9586 section 3.1 */
export const uidRequired = badReply('Message numbers are not in use', 'UIDREQUIRED')

const isTagged = (decision: object): decision is Tagged => 'is' in decision && decision.is === 'tagged'
const isRefusal = (answer: object): answer is Refused => 'is' in answer && answer.is === 'refused'

const build = <C extends Context, A extends readonly unknown[], O extends OperationName>(
  shape: Shape<C, A, O>,
  states: readonly Phase[],
  narrow: (context: Context) => C | undefined,
  read: Parser<A> = argumentsOf(shape.args),
): Command => ({
  name: shape.name,
  rfc: shape.rfc,
  states,
  numbers: shape.numbers,
  hasUidForm: shape.hasUidForm ?? false,
  begin(scan, context) {
    const before = narrow(context)
    if (before === undefined) return badReply('No mailbox is selected')
    if (shape.hasUidForm === true && !context.byUid && isUidOnly(context.session)) return uidRequired
    const args = parsed(scan, read)
    if (args.is === 'bad') return badReply(args.why)
    const decision = shape.decide(before, args.value)
    if (isTagged(decision)) return decision
    return {
      is: 'asks',
      async perform(ports) {
        const act = operations[shape.asks] as (ports: Ports, request: RequestOf<O>) => Promise<AnswerOf<O>>
        const answer = await act(ports, decision)
        if (isRefusal(answer)) {
          const own = (shape.reply as Readonly<Partial<Record<Refusal, Tagged>>>)[answer.why]
          return { replies: [own ?? refusalReplies[answer.why]], session: context.session }
        }
        const after = { ...before, state: ports.account.state() }
        const told = answer as Done<AnswerOf<O>>
        const session = shape.becomes?.(after, args.value, told) ?? context.session
        return { replies: shape.reply.done(told, after, args.value), session: noting(session, deedsOf(shape.asks, decision, told, after.state)) }
      },
    }
  },
})

/** A command of any state after login. */
export const command = <const A extends readonly unknown[], O extends OperationName>(
  shape: Shape<Context, A, O>,
): Command => build(shape, ['authenticated', 'selected'], (context) => context)

/** A command that needs a selected mailbox. */
export const selectedCommand = <const A extends readonly unknown[], O extends OperationName>(
  shape: Shape<SelectedContext, A, O>,
): Command =>
  build(shape, ['selected'], (context) => {
    const { selected } = context.session
    return selected === null ? undefined : { ...context, selected }
  })
