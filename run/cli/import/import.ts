/**
 * Carries an import out: several rows at once, bounded; a report of rows that failed; and a resume file, so that an import
 * that was interrupted goes on where it was. A row that is there already counts as done when it is met again.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { CannotDo } from '../context.ts'
import { csvHeader, csvRow, jsonRow, type ImportRow, type Row } from './rows.ts'

const atOnce = 8
const lineCharactersMax = 65_536

export interface ImportCounts {
  rows: number
  added: number
  skipped: number
  failed: number
}

export interface ImportPlan {
  readonly file: string
  readonly dryRun: boolean
  /** Undefined: done; else why not. `exists` where the account is there already. */
  add(row: ImportRow): Promise<string | undefined>
  progress(counts: Readonly<ImportCounts>): void
}

export const errorFileOf = (file: string): string => `${file}.errors.ndjson`
export const resumeFileOf = (file: string): string => `${file}.done`

const isCsv = (file: string): boolean => !/\.(?:nd)?jsonl?$/i.test(file)

async function* rowsOf(file: string): AsyncGenerator<Row> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  let header: ReturnType<typeof csvHeader> | undefined
  let line = 0
  for await (const raw of lines) {
    line += 1
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw
    if (text.trim() === '') continue
    if (text.length > lineCharactersMax) {
      yield { is: 'wrong', line, why: `longer than ${lineCharactersMax} characters` }
    } else if (!isCsv(file)) yield jsonRow(line, text)
    else if (header === undefined) {
      header = csvHeader(text)
      if (typeof header === 'string') throw new CannotDo(`${file}:${line}: ${header}`)
    } else if (typeof header !== 'string') yield csvRow(line, header, text)
  }
}

/** A row's name in the resume file: of its address alone, so that the file may be mended and its lines move. */
const rowName = (row: ImportRow): string => createHash('sha256').update(row.address).digest('hex').slice(0, 16)

/** Rows that an earlier run finished. */
const doneRows = (file: string): ReadonlySet<string> =>
  existsSync(resumeFileOf(file)) ? new Set(readFileSync(resumeFileOf(file), 'utf8').split('\n')) : new Set()

export const runImport = async ({ file, dryRun, add, progress }: ImportPlan): Promise<ImportCounts> => {
  if (!existsSync(file)) throw new CannotDo(`${file} can't be read; name a CSV or NDJSON file`)
  const done = doneRows(file)
  const counts: ImportCounts = { rows: 0, added: 0, skipped: 0, failed: 0 }
  const under = new Set<Promise<void>>()
  writeFileSync(errorFileOf(file), '', { mode: 0o600 })

  const fail = (line: number, why: string): void => {
    counts.failed += 1
    appendFileSync(errorFileOf(file), `${JSON.stringify({ line, why })}\n`)
  }
  const take = async (row: ImportRow): Promise<void> => {
    const why = await add(row)
    if (why !== undefined && why !== 'exists') return fail(row.line, why)
    counts[why === undefined ? 'added' : 'skipped'] += 1
    if (!dryRun) appendFileSync(resumeFileOf(file), `${rowName(row)}\n`, { mode: 0o600 })
  }
  for await (const row of rowsOf(file)) {
    counts.rows += 1
    progress(counts)
    if (row.is === 'wrong') fail(row.line, row.why)
    else if (done.has(rowName(row.row))) counts.skipped += 1
    else {
      while (under.size >= atOnce) await Promise.race(under)
      const one = take(row.row).finally(() => under.delete(one))
      under.add(one)
    }
  }
  await Promise.all(under)
  progress(counts)
  return counts
}
