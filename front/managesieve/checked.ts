/** Whether what a client wants to store is Sieve: every mistake and warning in words, with its place (RFC 5804 section 2.6). */
import { scriptTexts } from '@bulkhead/mail/rules/own-rules.ts'
import { no, type Reply } from '@bulkhead/wire/managesieve/response.ts'
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import type { Mistake } from '@bulkhead/wire/sieve/mistake.ts'
import type { Terms } from './command.ts'
import { scriptTooLarge } from './replies.ts'

export type Checked = { readonly is: 'script'; readonly warnings: string } | { readonly is: 'refused'; readonly reply: Reply }

const inWords = (mistakes: readonly Mistake[]): string => mistakes.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('\r\n')

export const checked = (content: Buffer, { scripts }: Terms): Checked => {
  if (content.length > sieveLimits.scriptBytesMax) return { is: 'refused', reply: scriptTooLarge }
  const compiled = compileSieve(content, scriptTexts(scripts))
  if (compiled.is === 'mistakes') return { is: 'refused', reply: no(inWords(compiled.mistakes)) }
  return { is: 'script', warnings: inWords(compiled.program.warnings) }
}
