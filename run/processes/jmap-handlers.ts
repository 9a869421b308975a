/** JMAP in the mailroom: its services, each subject's port among them, and what answers `/jmap/*`. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { blobService } from '@bulkhead/front/jmap/blob/blob-service.ts'
import type { HttpHandlers } from '@bulkhead/front/http/session.ts'
import { jmapHandler } from '@bulkhead/front/jmap/jmap-handler.ts'
import { jmapOf } from '@bulkhead/front/jmap/jmap-ports.ts'
import { jmapLimits } from '@bulkhead/front/jmap/limits.ts'
import type { JmapServices } from '@bulkhead/front/jmap/services.ts'
import { webSocketHandler } from '@bulkhead/front/jmap/socket/web-socket.ts'
import { uploads } from '@bulkhead/mail/uploads/uploads.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { directoryUploads } from '@bulkhead/store/blobs/directory-uploads.ts'

export interface JmapHandlerPorts {
  /** Those of the other subjects. */
  readonly services: Omit<JmapServices, 'blobs'>
  /** Where the cell's blobs are. */
  readonly blobsRoot: string
  readonly messageBytesMax: number
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export const jmapHandlers = (ports: JmapHandlerPorts): Pick<HttpHandlers, 'jmap' | 'webSocket'> => {
  const { sealing, clock, log, meter } = ports
  const blobs = blobService(uploads({ store: directoryUploads(ports.blobsRoot), sealing, clock, log }))
  const jmap = jmapOf({ services: { ...ports.services, blobs }, limits: jmapLimits(ports.messageBytesMax), vapidKey: '', clock, log, meter })
  return { jmap: jmapHandler(jmap), webSocket: webSocketHandler(jmap) }
}
