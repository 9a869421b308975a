/**
 * Asks the servers in turn until one says something usable: by UDP, by TCP where the answer did not fit or strangers
 * meddle. A server that was silent is asked last for a while; one that refused or failed is not asked twice.
 */
import { randomInt } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { responseCodes } from '@bulkhead/wire/dns/header.ts'
import type { Message } from '@bulkhead/wire/dns/message.ts'
import type { TypeName } from '@bulkhead/wire/dns/records.ts'
import { inquiry } from './exchange.ts'
import { silentForMs, type Patience } from './limits.ts'
import type { DnsServer } from './server.ts'
import { askByTcp } from './tcp.ts'
import { askByUdp } from './udp.ts'

export interface Said {
  readonly message: Message
  /** AD was set by a server whose word counts. */
  readonly secure: boolean
}

export interface ServersTerms {
  readonly servers: readonly DnsServer[]
  readonly patience: Patience
  readonly clock: Clock
  readonly meter: Meter
}

/** Undefined: nobody can say. */
export type AskServers = (name: string, type: TypeName) => Promise<Said | undefined>

const idsMax = 0x1_0000

const isUsable = ({ header }: Message): boolean =>
  header.responseCode === responseCodes.noError || header.responseCode === responseCodes.nameError

export const askServers = ({ servers, patience, clock, meter }: ServersTerms): AskServers => {
  const silentUntilMs = new Map<DnsServer, number>()

  const next = (done: ReadonlySet<DnsServer>, tried: number): DnsServer | undefined => {
    const now = clock.now()
    const open = servers.filter((server) => !done.has(server))
    const awake = open.filter((server) => (silentUntilMs.get(server) ?? 0) <= now)
    const among = awake.length > 0 ? awake : open
    return among[tried % Math.max(1, among.length)]
  }

  const askOne = async (server: DnsServer, name: string, type: TypeName, waitMs: number): Promise<Message | 'silent'> => {
    const asked = inquiry(randomInt(idsMax), name, type)
    if (asked === undefined) return 'silent'
    const said = await askByUdp(server, asked, waitMs)
    if (said === 'silent' || (said !== 'doubtful' && !said.header.truncated)) return said
    meter.count('dns_tcp_total', 1, { why: said === 'doubtful' ? 'strangers' : 'truncated' })
    return askByTcp(server, asked, patience.tcpWaitMs)
  }

  return async (name, type) => {
    const done = new Set<DnsServer>()
    for (const [tried, waitMs] of patience.waitsMs.entries()) {
      const server = next(done, tried)
      if (server === undefined) return undefined
      const said = await askOne(server, name, type, waitMs)
      if (said === 'silent') {
        meter.count('dns_silent_total')
        silentUntilMs.set(server, clock.now() + silentForMs)
        continue
      }
      silentUntilMs.delete(server)
      if (isUsable(said) && !said.header.truncated) return { message: said, secure: said.header.authenticData && server.trusted }
      done.add(server)
    }
    return undefined
  }
}
