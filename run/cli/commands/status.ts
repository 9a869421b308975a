/** `status`: what runs, and whether every door is open. Exit code 0 only where all are. */
import { setTimeout as sleep } from 'node:timers/promises'
import { knock } from '@bulkhead/door/client.ts'
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import type { ControlVerbs } from '../../supervisor/control.ts'
import { holderOf } from '../../supervisor/lock.ts'
import { controlSocket, dataDirectory, findPlatform } from '../../supervisor/paths.ts'
import { common, configOf, show, table, type CommonOptions } from '../context.ts'
import { doorsOf, type DoorReport } from '../listening.ts'
import { wholeFrom } from '../measures.ts'

type Running = ControlVerbs['status']['answer']

interface Status {
  readonly running: boolean
  readonly open: boolean
  readonly data: string
  readonly platform: Running | null
  readonly doors: readonly DoorReport[]
}

const waitSecondsMax = 86_400
const pollMs = 250

const askRunning = async (path: string): Promise<Running | null> => {
  if (!existsSync(path)) return null
  using door = knock<ControlVerbs>(path)
  try {
    const reply = await door.ask('status', {})
    return reply.is === 'answered' ? reply.answer : null
  } catch {
    return null
  }
}

const look = async (options: CommonOptions): Promise<Status> => {
  const data = dataDirectory(options.data, process.env)
  const paths = findPlatform(data, options.config, process.env)
  const nothing = { running: false, open: false, data, platform: null, doors: [] }
  if (paths === undefined || holderOf(data)?.purpose !== 'up') return nothing
  const platform = await askRunning(controlSocket(paths))
  if (platform === null) return { ...nothing, running: true }
  const doors = (await Promise.all(configOf(paths).cells.map(doorsOf))).flat()
  const processes = [...(platform.watch === null ? [] : [platform.watch]), ...platform.cells.flatMap((cell) => cell.processes)]
  const open = doors.every((door) => door.open) && processes.every(({ state }) => state === 'ready') && (platform.postgres?.state ?? 'ready') === 'ready'
  return { running: true, open, data, platform, doors }
}

const lines = ({ running, open, data, platform, doors }: Status): readonly string[] => {
  if (!running) return [`no platform runs in ${data}; start it with: ./bulkhead up --data ${data}`]
  if (platform === null) return [`the platform in ${data} is starting (or belongs to another account)`]
  const { postgres, watch, cells } = platform
  const rows = [
    ...(postgres === null ? [] : [['postgres', postgres.state, String(postgres.pid ?? '-'), String(postgres.restarts)]]),
    ...[...(watch === null ? [] : [watch]), ...cells.flatMap((cell) => cell.processes)].map(({ name, state, pid, restarts }) =>
      [name, state, String(pid ?? '-'), String(restarts)]),
  ]
  const closed = doors.filter((door) => !door.open)
  return [
    `${open ? 'up' : 'not all is well'} since ${platform.startedAt}, supervisor ${platform.pid}`,
    ...table(['PROCESS', 'STATE', 'PID', 'RESTARTS'], rows),
    `${doors.length - closed.length} of ${doors.length} doors are open`,
    ...closed.map(({ cell, protocol, address, port, why }) => `  closed: ${cell} ${protocol} ${address}:${port} (${why})`),
  ]
}

export const registerStatus = (program: Command): void => {
  common(program.command('status').description('what runs; exits 0 when every door is open'))
    .option('--wait <seconds>', 'wait so long for that', '0')
    .action(async (options: CommonOptions & { readonly wait: string }) => {
      const until = Date.now() + wholeFrom(options.wait, '--wait', 0, waitSecondsMax) * 1000
      let status = await look(options)
      while (!status.open && Date.now() < until) {
        await sleep(pollMs)
        status = await look(options)
      }
      show(options, status, lines(status))
      process.exit(status.open ? 0 : 1)
    })
}
