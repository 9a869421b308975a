/** The content of a script from a blob: whether there is one, and whether it is Sieve. */
import { setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import type { MethodContext } from '../method.ts'

/** RFC 9661 section 2.4: every mistake in words, with places; `mistakes` for programs. */
export const scriptMistake = (bytes: Uint8Array): SetError | undefined => {
  const compiled = compileSieve(bytes)
  if (compiled.is === 'program') return undefined
  const { mistakes } = compiled
  return {
    ...setError('invalidSieve', mistakes.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('\n')),
    extra: { mistakes: mistakes.map(({ line, column, offset, message }) => ({ line, column, offset, message })) },
  }
}

export const readScript = async ({ services, account, createdIds }: MethodContext, written: string): Promise<string | SetError> => {
  const blob = resolvedId(written, createdIds)
  const bytes = blob === undefined ? 'notFound' : await services.blobs.read(account, blob, sieveLimits.scriptBytesMax)
  if (bytes === 'notFound') return setError('blobNotFound')
  if (bytes === 'tooLarge') return setError('tooLarge', `a script has at most ${sieveLimits.scriptBytesMax} octets`)
  return scriptMistake(bytes) ?? bytes.toString('utf8')
}
