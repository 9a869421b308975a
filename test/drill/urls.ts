/** The database addresses a thief would have: of each of a cell's roles, and of the owner of everything. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName, roleName } from '@bulkhead/store/provision.ts'
import { databaseKinds, databaseUsers, functionsOf, type DatabaseKind } from '@bulkhead/store/rights.ts'
import { isCellId } from '@bulkhead/base/ids.ts'
import { findPlatform, postgresSocket } from '@bulkhead/run/supervisor/paths.ts'
import type { Platform } from '../platform/platform.ts'

export interface Access {
  readonly label: string
  readonly kind: DatabaseKind
  readonly url: string
}

const kept = (file: string): Readonly<Record<string, string>> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>

/** The drill's own platform keeps its safe beside its data; the thief has neither, only what these addresses open. */
export const databaseUrls = (platform: Platform, cell: string): { readonly roles: readonly Access[]; readonly owners: readonly Access[] } => {
  const paths = findPlatform(platform.data, undefined, { ...process.env, BULKHEAD_SAFE: join(platform.directory, 'safe') })
  if (paths === undefined || !isCellId(cell)) throw new Error('no platform to steal from')
  const socket = encodeURIComponent(postgresSocket(paths))
  const cellSafe = kept(join(paths.safe, `cell-${cell}.json`))
  const url = (user: string, password: string, kind: DatabaseKind): string =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${databaseName(cell, kind)}?host=${socket}`
  const roles = databaseUsers.flatMap((user) =>
    databaseKinds
      .filter((kind) => functionsOf(user, kind).length > 0)
      .map((kind) => ({ label: `${user} ${kind}`, kind, url: url(roleName(cell, user), cellSafe[`database-${user}`] ?? '', kind) })),
  )
  const admin = kept(join(paths.safe, 'platform.json'))['postgres'] ?? ''
  const owners = databaseKinds.map((kind) => ({ label: `owner ${kind}`, kind, url: url('postgres', admin, kind) }))
  return { roles, owners }
}
