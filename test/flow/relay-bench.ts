/**
 * What leaves when much waits: messages to many destinations of which some are dead, over the real queue. The courier and
 * the servers it speaks to are processes of their own; every destination has an exchanger of its own. Half of the dead
 * ones refuse connections, the others take them and never greet.
 * `node test/flow/relay-bench.ts [messages] [destinations] [dead] [bytes]`
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { systemClock } from '@bulkhead/base/clock.ts'
import { lineLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { patience } from '@bulkhead/flow/relay/limits.ts'
import { refusals } from '@bulkhead/flow/bounce/refusals.ts'
import { startCourier } from '@bulkhead/flow/relay/courier.ts'
import { testReaching } from '@bulkhead/flow/testing/reaching.ts'
import type { Dns } from '@bulkhead/flow/resolving/dns.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { courierQueue } from '@bulkhead/store/queue/courier-queue.ts'
import { queueWriter } from '@bulkhead/store/queue/queue-writer.ts'
import { openDatabase } from '@bulkhead/store/sql/database.ts'
import { provisionTestCell } from '../postgres/cell.ts'
import { embeddedServer, startTestPostgres } from '../postgres/harness.ts'

const [, , messages = '100000', destinations = '1000', dead = '100', bytes = '4000'] = process.argv
const role = process.env['RELAY_BENCH_ROLE']
const port = 30_525
const addresses = { live: '127.0.0.1', silent: '127.0.0.2', refusing: '127.0.0.3' } as const

/** `d7.example` has the exchanger `mx.d7.example`; the first `dead` of them are dead. */
const benchDns = (deadCount: number): Dns => ({
  async query(name, type) {
    const at = Number(/d(\d+)\.example$/.exec(name)?.[1])
    const address = at >= deadCount ? addresses.live : at % 2 === 0 ? addresses.silent : addresses.refusing
    const records = type === 'MX' ? [{ preference: 10, host: `mx.${name}` }] : type === 'A' && name.startsWith('mx.') ? [address] : []
    const facts = { secure: false, ttlSeconds: 300 }
    return (records.length === 0 ? { is: 'none', ...facts } : { is: 'found', name, records, ...facts }) as Awaited<ReturnType<Dns['query']>> as never
  },
})

const sink = (): void => {
  let taken = 0
  const serve = (socket: Socket): void => {
    let inContent = false
    let held = ''
    socket.setEncoding('latin1')
    socket.on('error', () => socket.destroy())
    socket.write('220 sink\r\n')
    socket.on('data', (chunk) => {
      held += String(chunk)
      let answers = ''
      for (;;) {
        if (inContent) {
          const end = held.startsWith('.\r\n') ? 0 : held.indexOf('\r\n.\r\n')
          if (end < 0) break
          held = held.slice(end === 0 ? 3 : end + 5)
          inContent = false
          taken += 1
          answers += '250 2.0.0 taken\r\n'
          continue
        }
        const end = held.indexOf('\r\n')
        if (end < 0) break
        const verb = held.slice(0, 4).toUpperCase()
        held = held.slice(end + 2)
        if (verb === 'EHLO') answers += '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n'
        else if (verb === 'DATA') {
          inContent = true
          answers += '354 go on\r\n'
        } else answers += verb === 'QUIT' ? '221 bye\r\n' : '250 2.0.0 ok\r\n'
      }
      if (answers !== '') socket.write(answers)
    })
  }
  createServer(serve).listen(port, addresses.live, () => process.send?.('ready'))
  createServer((socket) => socket.on('error', () => socket.destroy())).listen(port, addresses.silent)
  setInterval(() => process.send?.({ taken }), 100)
}

const courier = async (): Promise<void> => {
  const { url, privateKey, deadCount } = JSON.parse(process.env['RELAY_BENCH_START'] ?? '{}') as { url: string; privateKey: string; deadCount: number }
  const database = openDatabase({ url: secret(url), name: 'bench courier', sessionsMax: 4 })
  const key = secret(Buffer.from(privateKey, 'base64'))
  const log = lineLog({ cell: 'bench', process: 'courier' }, (line) => process.stderr.write(line), 'error')
  const counters = meter()
  startCourier({
    settling: {
      queue: courierQueue(database), writer: queueWriter(database), sealing: realSealing, queuePublicKey: realSealing.publicKeyOf(key),
      hostName: 'mx1.hikari.example', retry: { waitsMs: [300_000], giveUpAfterMs: 432_000_000, warnAfterMs: 14_400_000 },
      clock: systemClock, random: () => Math.random(), log, meter: counters, tracer: noTracer,
      refusals: refusals(counters, () => undefined),
    },
    reaching: testReaching({ dns: benchDns(deadCount), localOnly: true, smtpPort: port, random: () => Math.random(), patience }),
    privateKey: key,
    routes: [],
  })
  setInterval(() => process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage().user + process.cpuUsage().system }), 250)
}

const child = (asRole: string, start: unknown = {}): ChildProcess =>
  fork(process.argv[1] ?? '', process.argv.slice(2), { env: { ...process.env, RELAY_BENCH_ROLE: asRole, RELAY_BENCH_START: JSON.stringify(start) } })

const inFlightMax = 32

const bench = async (): Promise<void> => {
  const [count, spread, deadCount] = [Number(messages), Number(destinations), Number(dead)]
  const postgres = await startTestPostgres(embeddedServer(), { asInProduction: true })
  const { urls, open } = await provisionTestCell(postgres)
  const keys = realSealing.newKeyPair()
  const writer = queueWriter(open('mailroom', 'queue', 8))
  const message = Buffer.from(`Subject: bench\r\n\r\n${'0123456789 and so on.\r\n'.repeat(Math.ceil(Number(bytes) / 23))}`)
  const enqueueFrom = async (first: number): Promise<void> => {
    for (let at = first; at < count; at += inFlightMax) {
      await writer.enqueue(sealQueued(realSealing, keys.publicKey, {
        ...ordinary, reversePath: 'alice@hikari.example', bodyKind: '7bit', account: null, sender: null,
        recipients: [{ forwardPath: `b@d${at % spread}.example`, notify: [], orcpt: null }], message,
      }))
    }
  }
  const filling = performance.now()
  await Promise.all(Array.from({ length: inFlightMax }, (_, first) => enqueueFrom(first)))
  console.log(`${count} messages of ${message.length} bytes queued in ${((performance.now() - filling) / 1_000).toFixed(1)} s`)
  const server = child('sink')
  let taken = 0
  server.on('message', (said: { taken?: number }) => (taken = said.taken ?? taken))
  await once(server, 'message')
  const began = performance.now()
  const worker = child('courier', { url: urls.courier.queue?.declassify(), privateKey: keys.privateKey.declassify().toString('base64'), deadCount })
  let rss = 0
  let cpu = 0
  worker.on('message', (said: { rss: number; cpu: number }) => {
    rss = Math.max(rss, said.rss)
    cpu = said.cpu
  })
  const live = Array.from({ length: count }, (_, at) => at % spread).filter((at) => at >= deadCount).length
  let shownAt = 0
  while (taken < live) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const seconds = (performance.now() - began) / 1_000
    if (seconds - shownAt >= 5) {
      shownAt = seconds
      console.log(`${seconds.toFixed(0)} s: ${taken} of ${live}, courier ${(rss / 1e6).toFixed(0)} MB`)
    }
  }
  const seconds = (performance.now() - began) / 1_000
  console.log(`${live} live messages in ${seconds.toFixed(1)} s: ${(live / seconds).toFixed(0)} a second; courier ${(rss / 1e6).toFixed(0)} MB at most, ` +
    `${(cpu / 1_000 / live).toFixed(2)} ms of its core a message; ${spread} destinations, ${deadCount} dead`)
  worker.kill('SIGKILL')
  server.kill('SIGKILL')
  await postgres[Symbol.asyncDispose]()
  process.exit(0)
}

if (role === 'sink') sink()
else if (role === 'courier') await courier()
else await bench()
