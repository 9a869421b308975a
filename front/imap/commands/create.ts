import { specialUses, type SpecialUse } from '@bulkhead/mail/journal/event.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { atom, bad, keyword, list, need, skipped, space, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { no, ok } from '@bulkhead/wire/imap/response.ts'
import { command, maybe } from '../command.ts'
import { listLine } from '../listing/list.ts'
import { isRev2 } from '../session.ts'

const attribute: Parser<string> = (scan) => {
  need(scan, '\\')
  return `\\${atom(scan)}`
}

/** `"(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"` (RFC 6154 section 3) */
const useParameters: Parser<readonly string[]> = (scan) => {
  need(scan, '(')
  if (keyword(scan) !== 'USE') bad('Unknown CREATE parameter')
  space(scan)
  const attributes = list(attribute, specialUses.length * 2)(scan)
  return skipped(scan, ')') ? attributes : bad('Unknown CREATE parameter')
}

const createParameters = maybe(useParameters)

const specialUse = (attributes: readonly string[]): SpecialUse | undefined => {
  const wanted = attributes[0]?.toLowerCase()
  return attributes.length === 1 ? specialUses.find((use) => use.toLowerCase() === wanted) : undefined
}

/** A name that ends with the delimiter announces inferiors; the mailbox is the name before it (RFC 9051 section 6.3.4). */
const withoutDelimiter = (name: string): string => (name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name)

/** `CREATE SP mailbox [SP create-params]`. One mailbox has a special use; each use is had once. */
export const create = command({
  name: 'CREATE',
  rfc: '9051 section 6.3.4, 6154 section 3, 8474 section 4.1',
  numbers: 'breaks',
  args: [mailboxName, createParameters],
  asks: 'createMailbox',
  decide({ state }, [name, attributes]) {
    const target = withoutDelimiter(name)
    if (attributes === undefined || attributes.length === 0) return { name: target, specialUse: null }
    const use = specialUse(attributes)
    const taken = [...state.mailboxes.values()].some((mailbox) => mailbox.specialUse === use)
    return use === undefined || taken
      ? no('USEATTR', 'Special use is not available')
      : { name: target, specialUse: use }
  },
  reply: {
    done({ mailbox: made }, { state, session }, [name]) {
      const mailbox = state.mailboxes.get(made)
      const asked = withoutDelimiter(name)
      const isOther = isRev2(session) && mailbox !== undefined && mailbox.name !== asked
      return [...(isOther ? [listLine(state, mailbox.name, true, asked)] : []), ok('CREATE completed', `MAILBOXID (${made})`)]
    },
  },
})
