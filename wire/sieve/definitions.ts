/** Every command, test and extension that scripts may use. */
import { breakOut } from './commands/break.ts'
import { discard } from './commands/discard.ts'
import { error } from './commands/error.ts'
import { extractText } from './commands/extracttext.ts'
import { fileinto } from './commands/fileinto.ts'
import { addflag, removeflag, setflag } from './commands/flag-commands.ts'
import { forEveryPart } from './commands/foreverypart.ts'
import { global } from './commands/global.ts'
import { include } from './commands/include.ts'
import { keep } from './commands/keep.ts'
import { notify } from './commands/notify.ts'
import { redirect } from './commands/redirect.ts'
import { ereject, reject } from './commands/reject.ts'
import { goBack } from './commands/return.ts'
import { set } from './commands/set.ts'
import { stop } from './commands/stop.ts'
import { vacation } from './commands/vacation.ts'
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
import { ihave } from './tests/ihave.ts'
import { allof, anyof, not } from './tests/logic.ts'
import { mailboxexists, mailboxIdExists, specialuseExists } from './tests/mailbox.ts'
import { notifyMethodCapability, validNotifyMethod } from './tests/notify-methods.ts'
import { size } from './tests/size.ts'
import { spamTest } from './tests/spamtest.ts'
import { string } from './tests/string.ts'
import { virusTest } from './tests/virustest.ts'

const byName = <T extends { readonly name: string }>(definitions: readonly T[]): ReadonlyMap<string, T> =>
  new Map(definitions.map((definition) => [definition.name, definition]))

export const commands: ReadonlyMap<string, CommandDefinition> = byName([
  keep, discard, stop, fileinto, redirect, reject, ereject, set, setflag, addflag, removeflag, vacation,
  error, include, goBack, global, forEveryPart, breakOut, extractText, notify,
])

export const tests: ReadonlyMap<string, TestDefinition> = byName([
  address, allof, anyof, body, currentdate, date, duplicate, envelope, environment, exists, isFalse, hasflag, header, ihave, mailboxexists, mailboxIdExists,
  not, size, specialuseExists, spamTest, string, isTrue, virusTest, validNotifyMethod, notifyMethodCapability,
])
