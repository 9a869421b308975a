/**
 * A fault: the world is sick (disk, database, peer). Thrown, temporary by default; becomes 451, `NO [UNAVAILABLE]` or
 * `serverFail` at the connection. `code` is stable and public, `detail` and `cause` are for the log only.
 */
export type FaultCode =
  | 'databaseAway'
  | 'vaultAway'
  | 'doorAway'
  | 'doorBusy'
  | 'doorTimeout'
  | 'storageFailed'
  | 'corrupt'
  | 'scannerAway'
  | 'overloaded'
  | 'misconfigured'

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly detail: string

  constructor(code: FaultCode, detail: string, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause })
    this.code = code
    this.detail = detail
  }
}

/** Any thrown value as something a log may hold: type and code, no message text of foreign origin beyond 200 characters. */
export const describeError = (error: unknown): Record<string, unknown> => {
  if (error instanceof Fault) {
    const cause = error.cause === undefined ? undefined : describeError(error.cause)
    return { fault: error.code, detail: error.detail.slice(0, 300), ...(cause === undefined ? {} : { cause }) }
  }
  if (error instanceof Error) {
    const code: unknown = 'code' in error ? error.code : undefined
    return {
      error: error.name,
      ...(typeof code === 'string' ? { code } : {}),
      text: error.message.slice(0, 200),
      ...(error.name === 'Bug' || error.name === 'TypeError' ? { stack: (error.stack ?? '').slice(0, 1500) } : {}),
    }
  }
  return { error: typeof error }
}
