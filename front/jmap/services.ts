/** What methods need from outside the account, a port for each subject; the mailroom's composition root introduces them. */
import type { RulesPublisher } from '@bulkhead/mail/rules/publish.ts'
import type { Reading } from '../content/reading.ts'
import type { BlobService } from './blob/blob-service.ts'
import type { DeviceService } from './device/devices.ts'
import type { PushService } from './push/push-service.ts'
import type { PersonReporter } from '../reporting/person-reporter.ts'
import type { JmapSending } from './submission/sending-service.ts'

export interface JmapServices {
  readonly blobs: BlobService
  readonly pushes: PushService
  readonly sending: JmapSending
  readonly devices: DeviceService
  readonly rules: RulesPublisher
  readonly reading: Reading
  readonly reports: PersonReporter
}
