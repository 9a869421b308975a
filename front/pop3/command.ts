/** The shape of a POP3 command: decided on the maildrop alone; what it comes to is carried out by `session.ts`. */
import type { CommandOf, Pop3Verb } from '@bulkhead/wire/pop3/command.ts'
import type { Maildrop } from './maildrop.ts'

export type Decision =
  | { readonly is: 'say'; readonly text: string }
  | { readonly is: 'refuse'; readonly text: string }
  | { readonly is: 'list'; readonly text: string; readonly lines: Iterable<string> }
  /** `bodyLines` null: the whole message. */
  | { readonly is: 'message'; readonly position: number; readonly bodyLines: number | null }
  | { readonly is: 'markDeleted'; readonly position: number; readonly text: string }
  | { readonly is: 'unmarkAll'; readonly text: string }
  | { readonly is: 'update' }

export interface Pop3CommandDefinition<V extends Pop3Verb> {
  readonly verb: V
  decide(drop: Maildrop, command: CommandOf<V>): Decision
}

export const command = <V extends Pop3Verb>(definition: Pop3CommandDefinition<V>): Pop3CommandDefinition<V> => definition

export const noSuchMessage: Decision = { is: 'refuse', text: 'No such message' }
