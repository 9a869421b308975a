/** A name as it is asked and kept: A-labels, lower case, without the final dot. */
import { domainToASCII } from 'node:url'
import { encodeName } from '@bulkhead/wire/dns/name.ts'

const isAscii = (text: string): boolean => !/[^\x21-\x7e]/.test(text)

/** Undefined for what can't be asked. */
export const canonicalName = (text: string): string | undefined => {
  const name = isAscii(text) ? text.toLowerCase() : domainToASCII(text)
  if (name === '' && text !== '') return undefined
  const bare = name.endsWith('.') && !name.endsWith('\\.') ? name.slice(0, -1) : name
  return encodeName(bare) === undefined ? undefined : bare
}
