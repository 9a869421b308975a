/**
 * Stands in for every process in tests of the supervisor: serves the doors of its row, answers what a desk is asked at a
 * start, greets on the ports it inherits, and tells on request what it can reach.
 */
import { readdirSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { serveDoor } from '@bulkhead/door/server.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { Listener, ProcessName, Start } from '@bulkhead/door/contracts/start.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { host } from '../host.ts'
import type { Role, RunningRole } from '../processes/role.ts'

interface FakeVerb<Ask extends object, Answer extends object> {
  readonly ask: Ask
  readonly answer: Answer
  readonly refusal: never
}

/** What a fake can be asked: whether it gets at a file, a directory, a door, the network. */
export type FakeVerbs = {
  readonly brandList: FakeVerb<Record<never, never>, { readonly brands: readonly never[] }>
  readonly domainList: FakeVerb<Record<never, never>, { readonly domains: readonly { readonly domain: string }[] }>
  readonly canRead: FakeVerb<{ readonly directory: string }, { readonly outcome: string }>
  readonly canConnect: FakeVerb<{ readonly path: string; readonly port: number }, { readonly outcome: string }>
  readonly start: FakeVerb<Record<never, never>, { readonly start: Start }>
}

const outcomeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'failed')

const tryRead = (directory: string): string => {
  try {
    readdirSync(directory)
    return 'ok'
  } catch (error) {
    return outcomeOf(error)
  }
}

const tryConnect = (path: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = path === '' ? connect(port, '127.0.0.1') : connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('ok')
    })
    socket.once('error', (error) => resolve(outcomeOf(error)))
  })

const greet = async (listener: Listener): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`220 ${listener.protocol}\r\n`)
  })
  await new Promise<void>((resolve) => server.listen({ fd: listener.fd ?? -1 }, resolve))
  return server
}

const fake = async (start: Start, log: Parameters<Role<ProcessName>>[1]['log']): Promise<RunningRole> => {
  const door = await serveDoor<FakeVerbs, string>(
    Object.entries(start.serves).map(([caller, path]) => ({ caller, path })),
    {
      brandList: () => answered({ brands: [] }),
      domainList: () => answered({ domains: [{ domain: `${start.cell}.example` }] }),
      canRead: (ask) => answered({ outcome: tryRead(String(ask['directory'])) }),
      canConnect: async (ask) => answered({ outcome: await tryConnect(String(ask['path']), Number(ask['port'])) }),
      start: () => answered({ start }),
    },
    log,
  )
  const servers = start.process === 'gate' ? await Promise.all(start.listeners.map(greet)) : []
  return {
    ...(start.process === 'mailroom' ? { publicKey: Buffer.from(`${process.pid}`.padStart(32)).toString('base64') } : {}),
    apply: (change) => log.info('applied', { say: change.say }),
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close()
      await door[Symbol.asyncDispose]()
    },
  }
}

host(realSealing, async <P extends ProcessName>(): Promise<Role<P>> => (start, { log }) => fake(start, log))
