/**
 * `node test/bench/cpu.ts [messages] [sessions]`: CPU time each process spends on a delivered message of 10 KB, after a
 * thousand to warm up. Says which process is the bottleneck; the delivery row of the bench only says that there is one.
 */
import { readFileSync } from 'node:fs'
import { plantAccounts, startPlatform } from '../platform/platform.ts'
import { deliver } from './load/deliver.ts'
import { descendants } from './load/memory.ts'
import { generatedMail } from './mails.ts'

const [, , messages = '5000', sessions = '10'] = process.argv
const warmUp = 1_000
/** Linux counts CPU time in ticks of a hundredth of a second. */
const tickMs = 10

const cpuMs = (pid: number): number => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return 0
  }
}

await using platform = await startPlatform({ cells: [{ id: 'bench', name: 'Bench', portBase: 18_000 }], metricsPort: 18_464 })
const logins = Array.from({ length: 10 }, (_, number) => `reader${number}`)
await plantAccounts(platform, 'bench', 'bench.example', logins, 'correct-horse-battery')
const processes = [...(await platform.must(['status'])).matchAll(/^(\S+)\s+ready\s+(\d+)/gm)].map((match) => ({ name: match[1] ?? '', pid: Number(match[2]) }))
const spent = (): readonly number[] =>
  processes.map(({ name, pid }) => (name === 'postgres' ? descendants(pid) : [pid]).reduce((sum, one) => sum + cpuMs(one), 0))
const send = (count: number) =>
  deliver({
    port: platform.portOf('bench', 25), lmtp: false, sessions: Number(sessions), reversePath: 'bench@peer.example',
    jobs: Array.from({ length: count }, (_, number) => ({ forwardPath: `${logins[number % logins.length] ?? ''}@bench.example`, message: generatedMail(number, 10_240) })),
  })

await send(warmUp)
const before = spent()
const { accepted, seconds } = await send(Number(messages))
const after = spent()
process.stdout.write(`${accepted} messages, ${Math.round(accepted / seconds)}/s\n`)
for (const [at, { name }] of processes.entries()) process.stdout.write(`${name.padEnd(16)} ${(((after[at] ?? 0) - (before[at] ?? 0)) / accepted).toFixed(3)} ms a message\n`)
