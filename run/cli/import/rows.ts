/**
 * Rows of an account import, from CSV (RFC 4180, a header line) or NDJSON: `address`, `password`, `quota`, `aliases`. Pure:
 * lines in, rows or what is wrong with them out. Plain passwords are hashed on arrival; there is no column for others.
 */

export interface ImportRow {
  /** Of the file, from 1; what reports name. */
  readonly line: number
  readonly address: string
  readonly password: string
  readonly quota: string
  readonly aliases: readonly string[]
}

export type Row = { readonly is: 'row'; readonly row: ImportRow } | { readonly is: 'wrong'; readonly line: number; readonly why: string }

const columns = ['address', 'password', 'quota', 'aliases'] as const
type Column = (typeof columns)[number]

const aliasesMax = 100
const textMax = 4_096

/** One record of fields; undefined where a quoted field goes on in the next line. */
export const csvFields = (text: string): readonly string[] | undefined => {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let field = ''
      at += 1
      for (;;) {
        const end = text.indexOf('"', at)
        if (end < 0) return undefined
        field += text.slice(at, end)
        at = end + 1
        if (text[at] !== '"') break
        field += '"'
        at += 1
      }
      fields.push(field)
    } else {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      fields.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return fields
    at += 1
  }
}

const wrong = (line: number, why: string): Row => ({ is: 'wrong', line, why })

const checked = (line: number, fields: Readonly<Partial<Record<Column, string>>>): Row => {
  const { address = '', password = '', quota = '', aliases = '' } = fields
  if (address === '') return wrong(line, 'address is missing')
  if (password === '') return wrong(line, 'password is missing')
  if ([address, password, quota, aliases].some((text) => text.length > textMax)) return wrong(line, `a field is longer than ${textMax} characters`)
  const list = aliases.split(/[\s;]+/).filter((alias) => alias !== '')
  if (list.length > aliasesMax) return wrong(line, `more than ${aliasesMax} aliases`)
  return { is: 'row', row: { line, address, password, quota: quota === '' ? 'none' : quota, aliases: list } }
}

/** The header's columns, or what is wrong with it. */
export const csvHeader = (text: string): readonly Column[] | string => {
  const names = (csvFields(text) ?? []).map((name) => name.trim().toLowerCase())
  const unknown = names.find((name) => !columns.some((column) => column === name))
  if (unknown !== undefined) return `there is no column "${unknown}"; there are ${columns.join(', ')}`
  if (!names.includes('address') || !names.includes('password')) return 'the first line must name the columns, address and password among them'
  return names as readonly Column[]
}

export const csvRow = (line: number, header: readonly Column[], text: string): Row => {
  const fields = csvFields(text)
  if (fields === undefined) return wrong(line, 'a quote is not closed')
  if (fields.length !== header.length) return wrong(line, `${fields.length} fields, the first line names ${header.length}`)
  return checked(line, Object.fromEntries(header.map((name, at) => [name, fields[at] ?? ''])))
}

export const jsonRow = (line: number, text: string): Row => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return wrong(line, 'not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(line, 'not a JSON object')
  const fields: Partial<Record<Column, string>> = {}
  for (const [name, content] of Object.entries(value)) {
    const column = columns.find((known) => known === name)
    if (column === undefined) return wrong(line, `there is no field "${name.slice(0, 40)}"; there are ${columns.join(', ')}`)
    if (Array.isArray(content) && column === 'aliases') fields[column] = content.map(String).join(' ')
    else if (typeof content === 'string' || typeof content === 'number') fields[column] = String(content)
    else if (content !== null) return wrong(line, `${name} must be text`)
  }
  return checked(line, fields)
}
