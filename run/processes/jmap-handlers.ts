/** JMAP in the mailroom: its services, each subject's port among them, and what answers `/jmap/*`. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { blobService } from '@bulkhead/front/jmap/blob/blob-service.ts'
import type { HttpHandlers } from '@bulkhead/front/http/session.ts'
import { jmapHandler } from '@bulkhead/front/jmap/jmap-handler.ts'
import { jmapOf } from '@bulkhead/front/jmap/jmap-ports.ts'
import { jmapLimits } from '@bulkhead/front/jmap/limits.ts'
import { pushService, type PushPorts } from '@bulkhead/front/jmap/push/push-service.ts'
import type { JmapServices } from '@bulkhead/front/jmap/services.ts'
import { webSocketHandler } from '@bulkhead/front/jmap/socket/web-socket.ts'
import type { UploadStore } from '@bulkhead/mail/ports/upload-store.ts'
import type { CellRoom } from '@bulkhead/mail/uploads/cell-room.ts'
import { uploads } from '@bulkhead/mail/uploads/uploads.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { vapidKey } from '@bulkhead/wire/webpush/vapid.ts'

export interface JmapHandlerPorts {
  /** Those of the other subjects. */
  readonly services: Omit<JmapServices, 'blobs' | 'pushes'>
  readonly pushing: Omit<PushPorts, 'sealing'>
  /** The cell's own; the key that signs pushes is made of it. */
  readonly cellSecret: Secret<Uint8Array>
  readonly uploading: { readonly store: UploadStore; readonly room: CellRoom }
  readonly messageBytesMax: number
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export const jmapHandlers = (ports: JmapHandlerPorts): Pick<HttpHandlers, 'jmap' | 'webSocket'> => {
  const { sealing, clock, log, meter } = ports
  const blobs = blobService(uploads({ ...ports.uploading, sealing, clock, largestBytes: ports.messageBytesMax }))
  const vapid = vapidKey(ports.cellSecret.declassify())
  const pushes = pushService({ ...ports.pushing, sealing })
  const limits = jmapLimits(ports.messageBytesMax)
  const jmap = jmapOf({ services: { ...ports.services, blobs, pushes }, limits, vapidKey: vapid.publicKey, clock, log, meter })
  return { jmap: jmapHandler(jmap), webSocket: webSocketHandler(jmap) }
}
