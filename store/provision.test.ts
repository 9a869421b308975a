import assert from 'node:assert/strict'
import pg from 'pg'
import { Fault } from '@bulkhead/base/fault.ts'
import { isCellId, newAccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { onEveryServer, testPasswords } from '@bulkhead/test/postgres/cell.ts'
import { provision } from './provision.ts'
import { int8, only } from './sql/columns.ts'
import { openDatabase } from './sql/database.ts'
import { sql } from './sql/sql.ts'

const admin = async <T>(url: Secret<string>, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url.declassify().replace('/postgres?', `/${database}?`) })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

onEveryServer('provisioning', async (t, { urls, open }, server) => {
  const cell = 'north-isp'
  assert.ok(isCellId(cell))
  const account = newAccountHandle()

  await t.test('repeated keeps what is there and takes the new passwords, not the old', async () => {
    {
      await using desk = open('desk', 'mail')
      await desk.run(sql`select from ask.open_journal(${account}, ${5_000})`)
    }
    const again = await provision({ adminUrl: server.adminUrl, cell, passwords: testPasswords() })
    assert.ok(again.desk.mail !== undefined && urls.desk.mail !== undefined)
    await using desk = openDatabase({ url: again.desk.mail, name: 'test', sessionsMax: 1 })
    assert.equal(await desk.one(only(int8), sql`select quota_bytes from ask.usage_of(array[${account}::uuid])`), 5_000)
    await using old = openDatabase({ url: urls.desk.mail, name: 'test', sessionsMax: 1 })
    await assert.rejects(old.run(sql`select 1`), (error: unknown) => error instanceof Fault && error.code === 'misconfigured')
  })

  await t.test('of two cells at once does not trip over itself', async () => {
    const cells = ['east', 'west-2'].filter(isCellId)
    await Promise.all(cells.map((each) => provision({ adminUrl: server.adminUrl, cell: each, passwords: testPasswords() })))
  })

  await t.test('takes back a right that the table does not give', async () => {
    await admin(server.adminUrl, 'north-isp_mail', (client) => client.query('grant execute on function ask.load to "bh_north-isp_intake"'))
    const again = await provision({ adminUrl: server.adminUrl, cell, passwords: testPasswords() })
    assert.ok(again.intake.mail !== undefined)
    await using intake = openDatabase({ url: again.intake.mail, name: 'test', sessionsMax: 1 })
    await assert.rejects(intake.run(sql`select from ask.load(${account}, 10, 0)`), (error: unknown) => error instanceof Fault && /42501/.test(error.detail))
  })

  await t.test('works for an administrator who is no superuser', async () => {
    await admin(server.adminUrl, 'postgres', (client) => client.query(`create role landlord login createrole createdb password 'p';
      grant connect on database postgres to landlord`))
    const adminUrl = secret(server.adminUrl.declassify().replace(/\/\/postgres:[^@]+@/, '//landlord:p@'))
    const tenant = 'tenant'
    assert.ok(isCellId(tenant))
    const made = await provision({ adminUrl, cell: tenant, passwords: testPasswords() })
    assert.ok(made.intake.mail !== undefined)
    await provision({ adminUrl, cell: tenant, passwords: testPasswords() })
  })

  await t.test('arrivals are forgotten a day later', async () => {
    const again = await provision({ adminUrl: server.adminUrl, cell, passwords: testPasswords() })
    assert.ok(again.intake.mail !== undefined)
    await admin(server.adminUrl, 'north-isp_mail', (client) => client.query(`insert into kept.arrival (account, digest, keep, stored_at) values
      ($1, '\\x01', true, now() - interval '25 hours'), ($1, '\\x02', true, now() - interval '23 hours')`, [account]))
    await using intake = openDatabase({ url: again.intake.mail, name: 'test', sessionsMax: 1 })
    await intake.run(sql`select from ask.prune_arrivals()`)
    const left = await admin(server.adminUrl, 'north-isp_mail', (client) => client.query(`select from kept.arrival`))
    assert.equal(left.rows.length, 1)
  })
})
