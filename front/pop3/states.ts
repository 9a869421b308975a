/**
 * The states of a session after login (RFC 1939 section 3) and where each command leads. There is no way back from
 * update, and a connection that breaks before it deletes nothing.
 */
import type { CommandOf, Pop3Verb } from '@bulkhead/wire/pop3/command.ts'
import type { Decision, Pop3CommandDefinition, Terms } from './command.ts'
import { capa } from './commands/capa.ts'
import { dele } from './commands/dele.ts'
import { lang } from './commands/lang.ts'
import { list } from './commands/list.ts'
import { noop } from './commands/noop.ts'
import { quit } from './commands/quit.ts'
import { retr } from './commands/retr.ts'
import { rset } from './commands/rset.ts'
import { stat } from './commands/stat.ts'
import { top } from './commands/top.ts'
import { uidl } from './commands/uidl.ts'
import type { Maildrop } from './maildrop.ts'

export type Pop3State = 'transaction' | 'update'

const stays = 'transaction'

export const states: Readonly<Record<Pop3State, Readonly<Partial<Record<Pop3Verb, Pop3State>>>>> = {
  transaction: {
    STAT: stays, LIST: stays, UIDL: stays, RETR: stays, TOP: stays, DELE: stays, RSET: stays, NOOP: stays, CAPA: stays,
    LANG: stays,
    QUIT: 'update',
  },
  update: {},
}

const definitions: { readonly [V in Pop3Verb]: Pop3CommandDefinition<V> } = {
  STAT: stat,
  LIST: list,
  UIDL: uidl,
  RETR: retr,
  TOP: top,
  DELE: dele,
  RSET: rset,
  NOOP: noop,
  QUIT: quit,
  CAPA: capa,
  LANG: lang,
}

export const decide = <V extends Pop3Verb>(drop: Maildrop, command: CommandOf<V>, terms: Terms): Decision =>
  definitions[command.verb].decide(drop, command, terms)
