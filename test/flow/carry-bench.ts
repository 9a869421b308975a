/**
 * Requests of the web through the gate to a mailroom that answers at once: how many a second, and what each costs in CPU time of client, gate and
 * mailroom together. `node test/flow/carry-bench.ts [requests]`
 */
import { Agent, request } from 'node:http'
import { house } from '@bulkhead/front/gate/testing/fakes.ts'
import { webMailroom } from '@bulkhead/front/gate/web/testing/web-mailroom.ts'

const [, , requests = '6000'] = process.argv
const mailroom = await webMailroom((http) => void http.on('request', (_, answer) => answer.end('{"ok":true}')))
const gate = await house({ mailroom })
const agent = new Agent({ keepAlive: true })
const headers = { host: 'mail.test.example', authorization: `DPoP m1.${'x'.repeat(43)}` }

const one = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request({ port: gate.ports.http, host: '127.0.0.1', path: '/jmap/x', agent, headers }, (answer) => answer.resume().on('end', resolve))
    sent.on('error', reject).end()
  })

for (let warm = 0; warm < 500; warm += 1) await one()
for (const atOnce of [1, 16]) {
  let left = Number(requests)
  const begun = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await one()
  }))
  const { user, system } = process.cpuUsage(before)
  const perSecond = Number(requests) / ((performance.now() - begun) / 1_000)
  console.log(`${atOnce} at once: ${perSecond.toFixed(0)} requests/s, ${((user + system) / Number(requests)).toFixed(0)} µs of CPU each`)
}
process.exit(0)
