/**
 * Structured log: one JSON object a line, to standard output, which the supervisor keeps. It holds no address, password,
 * subject or body; people are named by keyed pseudonyms (`pseudonym.ts`).
 */
import { describeError } from './fault.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Readonly<Record<string, unknown>>>>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** A fault or bug with what may be told of it. */
  error(event: string, error: unknown, fields?: LogFields): void
}

const rank: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

export const lineLog = (
  from: Readonly<{ cell?: string; process: string }>,
  write: (line: string) => void,
  least: Level = 'info',
): Log => {
  const put = (level: Level, event: string, fields: LogFields): void => {
    if (rank[level] < rank[least]) return
    write(`${JSON.stringify({ at: new Date().toISOString(), level, ...from, event, ...fields })}\n`)
  }
  return {
    debug: (event, fields = {}) => put('debug', event, fields),
    info: (event, fields = {}) => put('info', event, fields),
    warn: (event, fields = {}) => put('warn', event, fields),
    error: (event, error, fields = {}) => put('error', event, { ...fields, ...describeError(error) } as LogFields),
  }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
