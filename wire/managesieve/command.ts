/** ManageSieve commands (RFC 5804 section 2): words to a value, or the words of a refusal. Never throws on input. */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import type { Word } from './reader.ts'

/** What each command carries. */
interface Arguments {
  readonly CAPABILITY: Bare
  readonly LISTSCRIPTS: Bare
  readonly LOGOUT: Bare
  readonly STARTTLS: Bare
  readonly UNAUTHENTICATE: Bare
  /** Null: nothing to be said back. */
  readonly NOOP: { readonly tag: Buffer | null }
  /** `initialResponse`: base64 as it came. */
  readonly AUTHENTICATE: { readonly mechanism: string; readonly initialResponse: Buffer | undefined }
  readonly HAVESPACE: { readonly script: string; readonly sizeBytes: number }
  readonly PUTSCRIPT: { readonly script: string; readonly content: Buffer }
  readonly CHECKSCRIPT: { readonly content: Buffer }
  /** Empty: none is to be active. */
  readonly SETACTIVE: { readonly script: string }
  readonly GETSCRIPT: { readonly script: string }
  readonly DELETESCRIPT: { readonly script: string }
  readonly RENAMESCRIPT: { readonly script: string; readonly becomes: string }
}

type Bare = Readonly<Record<never, never>>

export type Verb = keyof Arguments
export type CommandOf<V extends Verb> = { readonly verb: V } & Arguments[V]
export type Command = { readonly [V in Verb]: CommandOf<V> }[Verb]

export type ParsedCommand = { readonly is: 'command'; readonly command: Command } | { readonly is: 'refused'; readonly text: string }

const refused = (text: string): ParsedCommand => ({ is: 'refused', text })
const understood = (command: Command): ParsedCommand => ({ is: 'command', command })

type Grammar = (words: readonly Word[]) => ParsedCommand

const bytesOf = (word: Word | undefined): Buffer | undefined => (word?.is === 'string' ? word.bytes : undefined)
const textOf = (word: Word | undefined): string | undefined => {
  const bytes = bytesOf(word)
  return bytes === undefined ? undefined : utf8Text(bytes)
}

const bare =
  (verb: 'CAPABILITY' | 'LISTSCRIPTS' | 'LOGOUT' | 'STARTTLS' | 'UNAUTHENTICATE'): Grammar =>
  (words) =>
    words.length === 0 ? understood({ verb }) : refused(`${verb} takes no argument`)

/** `"NOOP" [SP string]` */
const noop: Grammar = (words) => {
  const tag = words.length === 0 ? null : bytesOf(words[0])
  return tag === undefined || words.length > 1 ? refused('NOOP takes a string or nothing') : understood({ verb: 'NOOP', tag })
}

/** `"AUTHENTICATE" SP auth-type [SP string]` */
const authenticate: Grammar = (words) => {
  const mechanism = textOf(words[0])?.toUpperCase()
  const initialResponse = bytesOf(words[1])
  const right = mechanism !== undefined && /^[A-Z0-9_-]{1,20}$/.test(mechanism) && words.length <= 2 && (words.length === 1 || initialResponse !== undefined)
  return right ? understood({ verb: 'AUTHENTICATE', mechanism, initialResponse }) : refused('AUTHENTICATE takes the name of a mechanism')
}

/** `"HAVESPACE" SP sieve-name SP number` */
const haveSpace: Grammar = (words) => {
  const [script, size] = [textOf(words[0]), words[1]]
  return script === undefined || size?.is !== 'number' || words.length > 2
    ? refused('HAVESPACE takes the name of a script and a number')
    : understood({ verb: 'HAVESPACE', script, sizeBytes: size.value })
}

/** `"PUTSCRIPT" SP sieve-name SP sieve-script` */
const putScript: Grammar = (words) => {
  const [script, content] = [textOf(words[0]), bytesOf(words[1])]
  return script === undefined || content === undefined || words.length > 2
    ? refused('PUTSCRIPT takes a name and a script')
    : understood({ verb: 'PUTSCRIPT', script, content })
}

const checkScript: Grammar = (words) => {
  const content = bytesOf(words[0])
  return content === undefined || words.length > 1 ? refused('CHECKSCRIPT takes a script') : understood({ verb: 'CHECKSCRIPT', content })
}

const named =
  (verb: 'SETACTIVE' | 'GETSCRIPT' | 'DELETESCRIPT'): Grammar =>
  (words) => {
    const script = textOf(words[0])
    return script === undefined || words.length > 1 ? refused(`${verb} takes the name of a script`) : understood({ verb, script })
  }

const renameScript: Grammar = (words) => {
  const [script, becomes] = [textOf(words[0]), textOf(words[1])]
  return script === undefined || becomes === undefined || words.length > 2
    ? refused('RENAMESCRIPT takes two names')
    : understood({ verb: 'RENAMESCRIPT', script, becomes })
}

const grammars: ReadonlyMap<string, Grammar> = new Map<Verb, Grammar>([
  ['CAPABILITY', bare('CAPABILITY')],
  ['LISTSCRIPTS', bare('LISTSCRIPTS')],
  ['LOGOUT', bare('LOGOUT')],
  ['STARTTLS', bare('STARTTLS')],
  ['UNAUTHENTICATE', bare('UNAUTHENTICATE')],
  ['NOOP', noop],
  ['AUTHENTICATE', authenticate],
  ['HAVESPACE', haveSpace],
  ['PUTSCRIPT', putScript],
  ['CHECKSCRIPT', checkScript],
  ['SETACTIVE', named('SETACTIVE')],
  ['GETSCRIPT', named('GETSCRIPT')],
  ['DELETESCRIPT', named('DELETESCRIPT')],
  ['RENAMESCRIPT', renameScript],
])

/** The command's name, in capitals; empty where the first word is none. */
export const verbOf = ([first]: readonly Word[]): string => (first?.is === 'atom' ? first.text.toUpperCase() : '')

export const parseCommand = (words: readonly Word[]): ParsedCommand => grammars.get(verbOf(words))?.(words.slice(1)) ?? refused('Unknown command')
