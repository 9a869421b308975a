/**
 * Hints of a database (NOTIFY) on a session that does nothing else. A hint is lost while there is no session, so whoever hears is told as well when there
 * is one again, and looks for itself what it missed.
 */
import pg from 'pg'
import type { Secret } from '@bulkhead/base/secret.ts'

const connectMsMax = 5_000
const againMinMs = 500
const againMaxMs = 30_000

export interface HearingOptions {
  readonly url: Secret<string>
  /** Shown in the server's list of sessions. */
  readonly name: string
  /** Letters and underscores. */
  readonly channel: string
  /** Something was said, or may have been. Never rejects, is not awaited. */
  heard(): void
}

export const hearing = ({ url, name, channel, heard }: HearingOptions): AsyncDisposable => {
  let over = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let opening: Promise<void> | undefined
  let failures = 0

  const later = (): void => {
    if (over || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      begin()
    }, Math.min(againMaxMs, againMinMs * 2 ** Math.min(failures, 10))).unref()
    failures += 1
  }
  const open = async (): Promise<void> => {
    const made = new pg.Client({ connectionString: url.declassify(), application_name: name, connectionTimeoutMillis: connectMsMax, keepAlive: true })
    const lost = (): void => {
      if (client !== made) return
      client = undefined
      later()
    }
    made.on('error', lost).on('end', lost).on('notification', heard)
    try {
      await made.connect()
      await made.query(`listen ${channel}`)
    } catch {
      await made.end().catch(() => undefined)
      return later()
    }
    if (over) return made.end()
    client = made
    failures = 0
    heard()
  }
  const begin = (): void => {
    opening = open()
  }

  begin()
  return {
    async [Symbol.asyncDispose]() {
      over = true
      clearTimeout(timer)
      await opening
      await client?.end().catch(() => undefined)
    },
  }
}
