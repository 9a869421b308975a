/** What went wrong in the database, as a fault that may be logged: a code, never a statement's values. */
import { Fault, type FaultCode } from '@bulkhead/base/fault.ts'

/** By class (the first two characters of SQLSTATE). What is not here is a statement of ours gone wrong: `storageFailed`. */
const classes: Readonly<Record<string, FaultCode>> = {
  '08': 'databaseAway', // connection
  '28': 'misconfigured', // password, pg_hba
  '3D': 'misconfigured', // no such database
  '40': 'databaseAway', // serialization, deadlock: as good as away, the caller comes again
  '42': 'misconfigured', // missing right or function: migrations were not run
  '53': 'databaseAway', // connections, memory, disk
  '57': 'databaseAway', // shutdown, recovery, statement timeout
  '58': 'databaseAway', // input and output
  XX: 'corrupt',
}

/** The server refused a statement: its transaction did not happen. Any other fault leaves that open. */
export class StatementFault extends Fault {
  readonly sqlState: string

  constructor(sqlState: string, where: string) {
    super(classes[sqlState.slice(0, 2)] ?? 'storageFailed', `SQLSTATE ${sqlState}${where === '' ? '' : ` ${where}`}`)
    this.sqlState = sqlState
  }
}

export const sqlFault = (sqlState: string, where: string): StatementFault => new StatementFault(sqlState, where)

/** Whatever the driver threw while connecting. Its text can hold names, not values; only its code is kept. */
export const connectFault = (error: unknown): Fault => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return sqlFault(code, 'while connecting')
  return new Fault('databaseAway', `can't connect: ${typeof code === 'string' ? code : 'no code'}`)
}
