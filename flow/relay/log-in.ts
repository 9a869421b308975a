/** Logging in at a host that the operator named (RFC 4954): PLAIN, or LOGIN where that is all there is; never without TLS. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import { isIntermediate, isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { RouteLogin } from '@bulkhead/door/contracts/start.ts'
import type { Conversation } from './conversation.ts'
import type { Patience } from './limits.ts'
import { deferred, type Outcome } from './outcome.ts'
import { outcomeOf } from './transaction.ts'
import type { Extensions } from './content.ts'

const encoded = (text: string): Buffer => Buffer.from(utf8(text).toString('base64'))

const mechanismsOf = (extensions: Extensions): readonly string[] => (extensions.get('AUTH') ?? '').toUpperCase().split(' ')

const byPlain = (talk: Conversation, { name, password }: RouteLogin, { commandMs }: Patience): Promise<Reply> =>
  talk.ask({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: encoded(`\0${name}\0${password}`) }, commandMs)

const byLogin = async (talk: Conversation, { name, password }: RouteLogin, { commandMs }: Patience): Promise<Reply> => {
  let reply = await talk.ask({ verb: 'AUTH', mechanism: 'LOGIN', initialResponse: undefined }, commandMs)
  for (const answer of [name, password]) {
    if (!isIntermediate(reply)) return reply
    const [next] = talk.expect(1, commandMs)
    await talk.send(`${encoded(answer).toString()}\r\n`, commandMs)
    reply = (await next) ?? reply
  }
  return reply
}

/** Undefined: logged in. Nobody's mail is lost over a wrong password: it waits for the operator. */
export const logIn = async (talk: Conversation, login: RouteLogin, extensions: Extensions, patience: Patience, host: string): Promise<Outcome | undefined> => {
  const mechanisms = mechanismsOf(extensions)
  const by = mechanisms.includes('PLAIN') ? byPlain : mechanisms.includes('LOGIN') ? byLogin : undefined
  if (by === undefined) return deferred('4.7.0', `${host} offers no way to log in`)
  const reply = await by(talk, login, patience)
  return isPositive(reply) ? undefined : { is: 'deferred', said: outcomeOf(reply, host, 'none').said }
}
