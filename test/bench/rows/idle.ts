/** Memory an idle, logged-in IMAP connection costs the whole server: proportional set size over all its processes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openImap, type ImapClient } from '../load/imap.ts'
import { logins, parkAfterSeconds, rowOf, type RowGroup } from '../bench.ts'
import { treeKiB } from '../load/memory.ts'
import type { Target } from '../target.ts'

/** Between ten log-ins and the next ten: the vault opens five hundred keys a second and no more. */
const pacedMs = 25
/** Long enough to be parked, and for either server to give back what it no longer needs. */
const settleMs = parkAfterSeconds * 1_000 + 30_000

/** KiB a connection. */
const idleMemory = async (target: Target, connections: number, tls: boolean): Promise<number> => {
  const port = tls ? target.imap.tlsPort : target.imap.port
  if (port === null) return NaN
  const open = async (login: string): Promise<ImapClient> => {
    const client = await openImap(port, tls)
    await client.run(`LOGIN ${target.loginOf(login)}`)
    await client.run('SELECT INBOX')
    client.socket.write('i1 IDLE\r\n')
    return client
  }
  // The first few pay for what every later one shares.
  const warm = await Promise.all(logins.map(open))
  await sleep(settleMs)
  const before = treeKiB(target.pid)
  const clients: ImapClient[] = []
  for (let number = 0; number < connections; number += 10) {
    const batch = Array.from({ length: Math.min(10, connections - number) }, (_, at) => logins[(number + at) % logins.length] ?? '')
    clients.push(...(await Promise.all(batch.map(open))))
    await sleep(pacedMs)
  }
  await sleep(settleMs)
  const after = treeKiB(target.pid)
  for (const client of [...clients, ...warm]) client[Symbol.dispose]()
  return (after - before) / connections
}

export const idle: RowGroup = {
  name: 'idle',
  about: 'memory of an idle IMAP connection, plain and TLS',
  async measure(bench) {
    const rows = []
    for (const tls of [false, true]) {
      const name = `memory per idle IMAP connection, ${bench.connections} of them, ${tls ? 'TLS' : 'plain'}`
      rows.push(await rowOf(bench, { name, unit: 'KiB', more: false }, (target) => idleMemory(target, bench.connections, tls)))
    }
    return rows
  },
}
