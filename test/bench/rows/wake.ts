/** How long a delivery takes to reach every IDLE of one account: from the end of its DATA to the last EXISTS. */
import { setTimeout as sleep } from 'node:timers/promises'
import { medianOf, parkAfterSeconds, rowOf, type RowGroup } from '../bench.ts'
import { deliver } from '../load/deliver.ts'
import { openImap } from '../load/imap.ts'
import { generatedMail } from '../mails.ts'
import type { Target } from '../target.ts'

const sessions = 20
const login = 'watcher'
/** In memory still, and parked. */
const awakeMs = 500
const parkedMs = parkAfterSeconds * 1_000 + 2_000
const waitMs = 60_000

const reached = async (target: Target, settleMs: number): Promise<number> => {
  const clients = await Promise.all(Array.from({ length: sessions }, () => openImap(target.imap.port)))
  try {
    for (const client of clients) {
      await client.run(`LOGIN ${target.loginOf(login)}`)
      await client.run('SELECT INBOX')
      client.socket.write('i IDLE\r\n')
    }
    await sleep(settleMs)
    const told = clients.map(
      ({ socket }) =>
        new Promise<void>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error(`${target.name}: an IDLE was not told`)), waitMs)
          socket.on('data', (chunk: Buffer) => {
            if (!chunk.includes(' EXISTS')) return
            clearTimeout(late)
            resolve()
          })
        }),
    )
    const begun = performance.now()
    await deliver({ ...target.entry, sessions: 1, reversePath: 'bench@peer.example', jobs: [{ forwardPath: target.addressOf(login), message: generatedMail(1, 4_096) }] })
    await Promise.all(told)
    return performance.now() - begun
  } finally {
    for (const client of clients) client[Symbol.dispose]()
  }
}

export const wake: RowGroup = {
  name: 'wake',
  about: 'from a delivery to all IDLEs of its account',
  async measure(bench) {
    await bench.plant([login])
    const name = `delivery until all ${sessions} IDLEs of the account are told, the delivery included`
    const row = (after: string, settleMs: number) =>
      rowOf(bench, { name: `${name}${after}`, unit: 'ms', more: false }, (target) => medianOf(bench.rounds, () => reached(target, settleMs)))
    return [await row('', awakeMs), await row(', after they were parked', parkedMs)]
  },
}
