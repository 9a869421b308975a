/**
 * Connections to mailrooms, kept for the next request. What a mailroom is told at a connection's beginning (who the visitor is, by which
 * name the cell was asked) holds for all of it, so a connection goes on to requests of the same visitor alone; each of them proves
 * itself there all the same. Node's agent hands one on only when request and answer were whole: after anything else it is closed.
 */
import { Agent } from 'node:http'
import { Socket } from 'node:net'
import { Fault } from '@bulkhead/base/fault.ts'
import type { HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import { reach } from '../hand-over.ts'

export interface Way {
  /** The mailroom's door. */
  readonly path: string
  readonly preface: Omit<HttpPreface, 'protocol'>
  readonly connectMs: number
}

export interface MailroomConnections {
  /** By which a request of this visitor gets there. */
  agentFor(way: Way): Agent
}

/** Idle ones of one visitor, for so long: a mailroom waits longer, so that none closes while a request is under way to it. */
const idleMax = 4
const idleMs = 10_000
/** Of all visitors, busy and idle. Beyond it each request has its own, as one that brings something from the warden. */
const keptMax = 4_096

interface KeptAgent {
  readonly agent: Agent
  open: number
}

const agentOn = ({ path, preface, connectMs }: Way, keeps: boolean, opened: () => () => void): Agent => {
  const agent = new Agent(keeps ? { keepAlive: true, maxFreeSockets: idleMax, timeout: idleMs, scheduling: 'lifo' } : { keepAlive: false })
  agent.createConnection = (_options, done) => {
    const closed = opened()
    void reach(path, connectMs).then((socket) => {
      if (socket === undefined) {
        closed()
        return done?.(new Fault('doorAway', path), new Socket())
      }
      socket.once('close', closed)
      socket.write(encodeFrame({ protocol: 'http', ...preface } satisfies HttpPreface))
      done?.(null, socket)
    })
    return undefined
  }
  return agent
}

export const mailroomConnections = (): MailroomConnections => {
  const kept = new Map<string, KeptAgent>()
  let open = 0
  const keepFor = (key: string, way: Way): Agent => {
    const entry: KeptAgent = {
      open: 0,
      agent: agentOn(way, true, () => {
        entry.open += 1
        open += 1
        return () => {
          entry.open -= 1
          open -= 1
          if (entry.open === 0 && kept.get(key) === entry) kept.delete(key)
        }
      }),
    }
    kept.set(key, entry)
    return entry.agent
  }
  return {
    agentFor(way) {
      if (way.preface.pass !== '' || open >= keptMax) return agentOn(way, false, () => () => undefined)
      const key = JSON.stringify([way.path, way.preface])
      return kept.get(key)?.agent ?? keepFor(key, way)
    },
  }
}
