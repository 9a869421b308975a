/** Every command, test and extension that scripts may use. */
import { discard } from './commands/discard.ts'
import { fileinto } from './commands/fileinto.ts'
import { addflag, removeflag, setflag } from './commands/flag-commands.ts'
import { keep } from './commands/keep.ts'
import { redirect } from './commands/redirect.ts'
import { ereject, reject } from './commands/reject.ts'
import { set } from './commands/set.ts'
import { stop } from './commands/stop.ts'
import { vacation } from './commands/vacation.ts'
import { comparators } from './comparators.ts'
import type { CommandDefinition, TestDefinition } from './definition.ts'
import { address } from './tests/address.ts'
import { body } from './tests/body.ts'
import { isFalse, isTrue } from './tests/constants.ts'
import { currentdate, date } from './tests/date.ts'
import { duplicate } from './tests/duplicate.ts'
import { envelope } from './tests/envelope.ts'
import { environment } from './tests/environment.ts'
import { exists } from './tests/exists.ts'
import { hasflag } from './tests/hasflag.ts'
import { header } from './tests/header.ts'
import { allof, anyof, not } from './tests/logic.ts'
import { mailboxexists, specialuseExists } from './tests/mailbox.ts'
import { size } from './tests/size.ts'
import { string } from './tests/string.ts'

const byName = <T extends { readonly name: string }>(definitions: readonly T[]): ReadonlyMap<string, T> =>
  new Map(definitions.map((definition) => [definition.name, definition]))

export const commands: ReadonlyMap<string, CommandDefinition> = byName([
  keep, discard, stop, fileinto, redirect, reject, ereject, set, setflag, addflag, removeflag, vacation,
])

export const tests: ReadonlyMap<string, TestDefinition> = byName([
  address, allof, anyof, body, currentdate, date, duplicate, envelope, environment, exists, isFalse, hasflag, header, mailboxexists,
  not, size, specialuseExists, string, isTrue,
])

/** As `require` and the capabilities of JMAP (RFC 9661 section 1.3.1) name them. */
export const extensions: readonly string[] = [
  'body', 'comparator-i;ascii-casemap', 'comparator-i;octet', ...comparators.flatMap(({ needs }) => needs ?? []),
  'copy', 'date', 'duplicate', 'encoded-character', 'envelope', 'environment', 'ereject', 'fileinto', 'imap4flags', 'index', 'mailbox', 'reject',
  'relational', 'special-use', 'subaddress', 'vacation', 'vacation-seconds', 'variables',
]
/** RFC 6131 section 2: who requires the one has the other. */
export const impliedBy: Readonly<Record<string, string>> = { 'vacation-seconds': 'vacation' }
