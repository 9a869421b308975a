/**
 * Makes a cell's databases and roles on a PostgreSQL server (ours or the operator's, 15 or later), brings them forward
 * and grants each process exactly its rights. Safe to repeat and after a crash at any point. Each database belongs to a
 * role of the cell that can't log in; nobody else, and no role of another cell, can connect.
 */
import pg from 'pg'
import { isCellId, type CellId } from '@bulkhead/base/ids.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { migrate, migrationsOf } from './migrate.ts'
import { databaseKinds, databaseUsers, functionsOf, type DatabaseKind, type DatabaseUser } from './rights.ts'
import { scramVerifier } from './scram.ts'
import { connectFault, sqlFault } from './sql/fault.ts'

export interface ProvisionOptions {
  /** May create roles and databases: the embedded server's superuser, or a role with CREATEROLE and CREATEDB. */
  readonly adminUrl: Secret<string>
  readonly cell: CellId
  /** Printable ASCII. */
  readonly passwords: Readonly<Record<DatabaseUser, Secret<string>>>
}

export type CellUrls = Readonly<Record<DatabaseUser, Readonly<Partial<Record<DatabaseKind, Secret<string>>>>>>

const versionMin = 150_000
const builtinLocaleSince = 170_000
const lockNumber = 7_203_513

export const databaseName = (cell: CellId, kind: DatabaseKind): string => `${cell}_${kind}`
export const roleName = (cell: CellId, user: DatabaseUser | 'owner'): string => `bh_${cell}_${user}`

const quoted = (name: string): string => pg.escapeIdentifier(name)

const withUrl = (url: Secret<string>, change: (url: URL) => void): Secret<string> => {
  // `postgresql://role@/db?host=/socket` has no host, which URL does not accept.
  const bare = url.declassify().replace(/^(postgres(?:ql)?:\/\/[^/@]*@?)\//, '$1socket.invalid/')
  const changed = new URL(bare)
  change(changed)
  return secret(changed.href.replace('@socket.invalid', '@').replace('//socket.invalid', '//'))
}

const urlFor = (options: ProvisionOptions, user: DatabaseUser, kind: DatabaseKind): Secret<string> =>
  withUrl(options.adminUrl, (url) => {
    url.username = encodeURIComponent(roleName(options.cell, user))
    url.password = encodeURIComponent(options.passwords[user].declassify())
    url.pathname = `/${databaseName(options.cell, kind)}`
  })

const connected = async <T>(url: Secret<string>, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url.declassify(), application_name: 'bulkhead provision', connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw connectFault(error)
  }
  try {
    return await work(client)
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw sqlFault(error.code ?? '', `while provisioning: ${error.message}`)
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

const has = async (client: pg.Client, text: string, name: string): Promise<boolean> => (await client.query(text, [name])).rows.length > 0

const makeRole = async (client: pg.Client, name: string, options: string): Promise<void> => {
  const exists = await has(client, 'select from pg_roles where rolname = $1', name)
  await client.query(`${exists ? 'alter' : 'create'} role ${quoted(name)} with ${options}`)
}

/** Roles and databases: what belongs to the server as a whole. */
const makeCell = async (client: pg.Client, { cell, passwords }: ProvisionOptions): Promise<void> => {
  const { rows } = await client.query<{ version: number; admin: string; superuser: boolean }>(
    `select current_setting('server_version_num')::int as version, current_user as admin,
            (select rolsuper from pg_roles where rolname = current_user) as superuser`)
  const server = rows[0]
  if (server === undefined || server.version < versionMin) throw new Fault('misconfigured', 'PostgreSQL 15 or later is needed')
  // Two cells may be provisioned at once; shared catalogues don't like that.
  await client.query('select pg_advisory_lock($1)', [lockNumber])
  const owner = roleName(cell, 'owner')
  await makeRole(client, owner, 'nologin')
  if (!server.superuser) await client.query(`grant ${quoted(owner)} to ${quoted(server.admin)}`)
  for (const user of databaseUsers) {
    await makeRole(client, roleName(cell, user), `login connection limit 100 password ${pg.escapeLiteral(scramVerifier(passwords[user]))}`)
  }
  const locale = server.version >= builtinLocaleSince ? `locale_provider builtin builtin_locale 'C.UTF-8'` : ''
  for (const kind of databaseKinds) {
    const name = databaseName(cell, kind)
    if (!(await has(client, 'select from pg_database where datname = $1', name))) {
      await client.query(`create database ${quoted(name)} owner ${quoted(owner)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' ${locale}`)
    }
    await client.query(`revoke all on database ${quoted(name)} from public`)
    for (const user of databaseUsers) {
      const may = functionsOf(user, kind).length > 0
      await client.query(`${may ? 'grant' : 'revoke'} connect on database ${quoted(name)} ${may ? 'to' : 'from'} ${quoted(roleName(cell, user))}`)
    }
  }
}

/** Tables, functions and who may call them, in one database. */
const makeDatabase = async (client: pg.Client, cell: CellId, kind: DatabaseKind): Promise<void> => {
  await client.query(`set role ${quoted(roleName(cell, 'owner'))}`)
  await migrate(client, migrationsOf(kind))
  await client.query('revoke all on schema public from public').catch(() => undefined)
  await client.query('begin')
  await client.query('revoke all on all functions in schema ask, kept from public')
  for (const user of databaseUsers) {
    const role = quoted(roleName(cell, user))
    await client.query(`revoke all on schema ask from ${role}`)
    await client.query(`revoke all on all functions in schema ask from ${role}`)
    const functions = functionsOf(user, kind)
    if (functions.length === 0) continue
    await client.query(`grant usage on schema ask to ${role}`)
    for (const name of functions) await client.query(`grant execute on function ask.${quoted(name)} to ${role}`)
  }
  await client.query('commit')
}

export const provision = async (options: ProvisionOptions): Promise<CellUrls> => {
  const { adminUrl, cell } = options
  if (!isCellId(cell)) throw new Fault('misconfigured', 'a cell id is a letter and at most 30 letters, digits and hyphens')
  await connected(adminUrl, (client) => makeCell(client, options))
  for (const kind of databaseKinds) {
    const url = withUrl(adminUrl, (changed) => {
      changed.pathname = `/${databaseName(cell, kind)}`
    })
    await connected(url, (client) => makeDatabase(client, cell, kind))
  }
  const urlsOf = (user: DatabaseUser) =>
    Object.fromEntries(databaseKinds.filter((kind) => functionsOf(user, kind).length > 0).map((kind) => [kind, urlFor(options, user, kind)]))
  return {
    intake: urlsOf('intake'),
    warden: urlsOf('warden'),
    mailroom: urlsOf('mailroom'),
    courier: urlsOf('courier'),
    desk: urlsOf('desk'),
  }
}
