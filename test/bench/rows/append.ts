/** APPEND of many small messages, one after the other as imapsync and offlineimap do, each durable before the next is sent. */
import { medianOf, rowOf, type RowGroup } from '../bench.ts'
import { openImap } from '../load/imap.ts'
import { generatedMail } from '../mails.ts'
import type { Target } from '../target.ts'

const messages = 10_000
const messageBytes = 4_096
const login = 'migrant'

const appendRate = async (target: Target): Promise<number> => {
  using client = await openImap(target.imap.port)
  await client.run(`LOGIN ${target.loginOf(login)}`)
  const folder = `round${Date.now()}`
  await client.run(`CREATE ${folder}`)
  const begun = performance.now()
  for (let number = 0; number < messages; number += 1) {
    await client.run(`APPEND ${folder} (\\Seen) "01-Jan-2026 10:00:00 +0000"`, { literal: generatedMail(number, messageBytes) })
  }
  const seconds = (performance.now() - begun) / 1000
  await client.run(`DELETE ${folder}`)
  return messages / seconds
}

export const append: RowGroup = {
  name: 'append',
  about: 'APPEND of 10,000 messages of 4 KB over one connection',
  async measure(bench) {
    await bench.plant([login])
    const name = `APPEND of ${messages.toLocaleString('en')} × 4 KB, one connection`
    return [await rowOf(bench, { name, unit: 'messages/s', more: true }, (target) => medianOf(Math.min(bench.rounds, 3), () => appendRate(target)))]
  },
}
