/** What `/jmap/*` needs from outside; the mailroom's composition root introduces them. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { JmapLimits } from '@bulkhead/wire/jmap/limits.ts'
import { places, type Places } from './http/places.ts'
import { methodTable, methods } from './methods.ts'
import type { Method } from './method.ts'
import type { JmapServices } from './services.ts'
import { sessionResources, type SessionResources } from './session-resource.ts'

export interface JmapPorts {
  readonly services: JmapServices
  readonly limits: JmapLimits
  /** See `AnnouncedFacts`. */
  readonly vapidKey: string
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  /** Those of `methods.ts`, but for tests. */
  readonly methods?: readonly Method[]
}

/** Event streams and WebSockets an account may have open, each. */
const streamsMax = 16

/** What all requests of a mailroom share. */
export interface Jmap extends Omit<JmapPorts, 'methods'> {
  readonly table: ReadonlyMap<string, Method>
  readonly resources: SessionResources
  readonly requests: Places
  readonly uploads: Places
  readonly streams: Places
  readonly sockets: Places
}

export const jmapOf = ({ methods: given = methods, ...ports }: JmapPorts): Jmap => {
  const table = methodTable(given)
  return {
    ...ports,
    table,
    resources: sessionResources(table, ports),
    requests: places(ports.limits.maxConcurrentRequests),
    uploads: places(ports.limits.maxConcurrentUpload),
    streams: places(streamsMax),
    sockets: places(streamsMax),
  }
}
