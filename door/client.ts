/**
 * Knocks at a door: one connection, pipelined, reconnecting with back-off. Requests under way when the connection
 * breaks fail as `doorAway`; they are never repeated here, since only the caller knows whether that is safe.
 */
import { connect, type Socket } from 'node:net'
import { Fault, type FaultCode } from '@bulkhead/base/fault.ts'
import { encodeFrame, frameReader, type Frame } from './frame.ts'
import type { Door, Reply, Verbs } from './verbs.ts'

const inFlightMax = 4_096
const askTimeoutMs = 15_000
/** How long a request may wait for the door's process to come back before it fails as `doorAway`. */
const knockForMs = 2_000
const knockAgainMs = 50

interface Waiting {
  readonly resolve: (frame: Frame) => void
  readonly reject: (fault: Fault) => void
  readonly timer: NodeJS.Timeout
}

const openSocket = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })

const openPatiently = async (path: string): Promise<Socket> => {
  const until = Date.now() + knockForMs
  for (;;) {
    try {
      return await openSocket(path)
    } catch (error) {
      if (Date.now() >= until) throw new Fault('doorAway', `no answer at ${path}`, error)
      await new Promise((resolve) => setTimeout(resolve, knockAgainMs))
    }
  }
}

export const knock = <C extends Verbs>(path: string): Door<C> & Disposable => {
  const waiting = new Map<number, Waiting>()
  let connection: Promise<Socket> | undefined
  let lastId = 0

  const failAll = (detail: string): void => {
    connection = undefined
    for (const [id, { reject, timer }] of waiting) {
      clearTimeout(timer)
      waiting.delete(id)
      reject(new Fault('doorAway', detail))
    }
  }

  const settle = (frame: Frame): void => {
    const id = frame['id']
    const entry = typeof id === 'number' ? waiting.get(id) : undefined
    if (entry === undefined || typeof id !== 'number') return
    waiting.delete(id)
    clearTimeout(entry.timer)
    entry.resolve(frame)
  }

  const opened = async (): Promise<Socket> => {
    const socket = await openPatiently(path)
    const reader = frameReader()
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk)
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) settle(frame)
      } catch {
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => failAll(`${path} closed`))
    return socket
  }

  const send = async (frame: Frame): Promise<Frame> => {
    if (waiting.size >= inFlightMax) throw new Fault('doorBusy', path)
    connection ??= opened()
    const socket = await connection.catch((error: unknown) => {
      connection = undefined
      throw error
    })
    return new Promise((resolve, reject) => {
      const id = (lastId += 1)
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(new Fault('doorTimeout', path))
      }, askTimeoutMs)
      waiting.set(id, { resolve, reject, timer })
      socket.write(encodeFrame({ ...frame, id }))
    })
  }

  return {
    async ask<K extends keyof C & string>(verb: K, ask: C[K]['ask']): Promise<Reply<C[K]>> {
      const frame = await send({ ...ask, verb })
      if (frame['is'] === 'answered') return { is: 'answered', answer: frame['answer'] as C[K]['answer'] }
      if (frame['is'] === 'refused') return { is: 'refused', refusal: frame['refusal'] as C[K]['refusal'] }
      throw new Fault((frame['code'] as FaultCode | undefined) ?? 'doorAway', `${path} ${verb}`)
    },
    [Symbol.dispose]() {
      void connection?.then((socket) => socket.destroy(), () => undefined)
    },
  }
}
