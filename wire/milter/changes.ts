/** Changes that a milter asks for, as edits of the message. Its words are made a header that nothing can break out of. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { HeaderField } from '../mime/header.ts'
import type { Edit } from '../trace/header-edit.ts'

/** Names are printable; a value may be folded, its lines ending in LF or CRLF. */
export interface MilterChanges {
  /** `at` counts fields from the top; null: behind the last. */
  readonly added: readonly { readonly name: string; readonly value: string; readonly at: number | null }[]
  /** The nth field of that name, from 1; an empty value removes it. */
  readonly changed: readonly { readonly name: string; readonly number: number; readonly value: string }[]
  /** Null: the body stays. */
  readonly body: Buffer | null
}

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g

const fieldBytes = (name: string, value: string): Buffer => {
  const lines = value.split(/\r?\n/).map((line) => line.replace(controls, '?'))
  const folded = lines.map((line, at) => (at === 0 || /^[ \t]/.test(line) ? line : `\t${line}`)).filter((line, at) => at === 0 || line.trim() !== '')
  return utf8(`${name}:${/^[ \t]/.test(folded[0] ?? '') ? '' : ' '}${folded.join('\r\n')}\r\n`)
}

/** Where the header's fields are over: before the empty line. */
const endOfFields = (fields: readonly HeaderField[]): number => fields.at(-1)?.end ?? 0

export const milterEdits = (message: Buffer, headerBytes: number, fields: readonly HeaderField[], changes: MilterChanges): readonly Edit[] => {
  const edits: Edit[] = []
  /** What is changed twice is changed as it was said last. */
  const replaced = new Map<HeaderField, Buffer>()
  for (const { name, number, value } of changes.changed) {
    const field = fields.filter((one) => one.name === name.toLowerCase())[Math.max(1, number) - 1]
    const bytes = value === '' ? Buffer.alloc(0) : fieldBytes(name, value)
    if (field !== undefined) replaced.set(field, bytes)
    else if (value !== '') edits.push({ start: endOfFields(fields), end: endOfFields(fields), bytes })
  }
  for (const [{ start, end }, bytes] of replaced) edits.push({ start, end, bytes })
  for (const { name, value, at } of changes.added) {
    const place = at === null ? endOfFields(fields) : fields[at]?.start ?? endOfFields(fields)
    edits.push({ start: place, end: place, bytes: fieldBytes(name, value) })
  }
  if (changes.body !== null) edits.push({ start: headerBytes, end: message.length, bytes: changes.body })
  return edits
}
