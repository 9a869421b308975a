/** Replies that several commands have. */
import { objectsMax } from '@bulkhead/mail/journal/objects.ts'
import { no, type Reply } from '@bulkhead/wire/managesieve/response.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'

export const noSuchScript: Reply = no('There is no script by that name', 'NONEXISTENT')
export const badName: Reply = no('No script can have that name')
export const scriptTooLarge: Reply = no(`A script has at most ${sieveLimits.scriptBytesMax} octets`, 'QUOTA/MAXSIZE')
export const tooManyScripts: Reply = no(`There are at most ${objectsMax.script} scripts`, 'QUOTA/MAXSCRIPTS')
