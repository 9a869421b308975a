/** What a command of ManageSieve is: one file each, a decision over the scripts as they are. It never sees a socket or the journal. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import type { Script } from '@bulkhead/mail/rules/own-rules.ts'
import type { CommandOf, Verb } from '@bulkhead/wire/managesieve/command.ts'
import type { Reply } from '@bulkhead/wire/managesieve/response.ts'

export interface Terms {
  /** By name. */
  readonly scripts: readonly Script[]
  readonly capabilities: Buffer
  newId(): string
}

export type Decision =
  /** `lines`: what stands before the reply. */
  | { readonly is: 'say'; readonly lines: readonly Buffer[]; readonly reply: Reply }
  /** The reply is said once the changes are made. */
  | { readonly is: 'change'; readonly changes: readonly ObjectChange[]; readonly reply: Reply }
  | { readonly is: 'logOut' }
  | { readonly is: 'unauthenticate' }

export interface SieveCommand<V extends Verb> {
  readonly verb: V
  /** Section of RFC 5804. */
  readonly rfc: string
  decide(command: CommandOf<V>, terms: Terms): Decision
}

export const say = (reply: Reply, lines: readonly Buffer[] = []): Decision => ({ is: 'say', lines, reply })
export const change = (changes: readonly ObjectChange[], reply: Reply): Decision => ({ is: 'change', changes, reply })

export const scriptNamed = ({ scripts }: Terms, name: string): Script | undefined => scripts.find((script) => script.name === name)
