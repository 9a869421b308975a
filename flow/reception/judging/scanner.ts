/** What looks into a whole message on behalf of reception: a port; `flow/scanning/` has those that there are. */
import type { ScannerFact } from '@bulkhead/door/contracts/start.ts'
import type { Scanned, ScannedStage } from './evidence.ts'

export interface ScanMail {
  /** As it came, before any field of ours. Not to be kept. */
  readonly message: Buffer
  readonly id: string
  readonly peer: string | null
  /** The peer's name in DNS, where it leads back to the address. */
  readonly peerName: string | null
  readonly helo: string
  /** Empty: the null reverse path. */
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
}

/** What becomes of mail while a scanner can't be asked. */
export type WhenAway = ScannerFact['whenAway']

export interface Scanner {
  readonly name: string
  readonly stage: ScannedStage
  readonly whenAway: WhenAway
  /** Larger messages are not scanned. */
  readonly sizeBytesMax: number
  /** `later`: the scanner wants the sender to come again. Rejects with a `Fault` where it is away or talks nonsense; ends within its time limit. */
  scan(mail: ScanMail): Promise<Scanned | 'later'>
}
