/** The shape of a POP3 command: decided on the maildrop alone; what it comes to is carried out by `session.ts`. */
import type { CommandOf, Pop3Verb } from '@bulkhead/wire/pop3/command.ts'
import type { Maildrop } from './maildrop.ts'
import type { Language, Texts } from './texts.ts'

export type Decision =
  | { readonly is: 'say'; readonly text: string }
  | { readonly is: 'refuse'; readonly text: string }
  | { readonly is: 'list'; readonly text: string; readonly lines: Iterable<string> }
  /** `bodyLines` null: the whole message. */
  | { readonly is: 'message'; readonly position: number; readonly bodyLines: number | null }
  | { readonly is: 'markDeleted'; readonly position: number; readonly text: string }
  | { readonly is: 'unmarkAll'; readonly text: string }
  | { readonly is: 'speak'; readonly language: Language }
  | { readonly is: 'update' }

/** What a session says, and what CAPA tells of it. */
export interface Terms {
  readonly texts: Texts
  readonly capabilities: readonly string[]
}

export interface Pop3CommandDefinition<V extends Pop3Verb> {
  readonly verb: V
  decide(drop: Maildrop, command: CommandOf<V>, terms: Terms): Decision
}

export const command = <V extends Pop3Verb>(definition: Pop3CommandDefinition<V>): Pop3CommandDefinition<V> => definition

export const noSuchMessage = ({ texts }: Terms): Decision => ({ is: 'refuse', text: texts.noSuchMessage })
