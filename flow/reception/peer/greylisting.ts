/**
 * Greylisting: who writes to somebody for the first time from a network that is not known is asked to come again, which
 * senders of good mail do and most of the others do not. A database that is away keeps nobody waiting.
 */
import { createHmac } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { Greylist } from '@bulkhead/mail/ports/greylist.ts'
import { checkSpf } from '@bulkhead/wire/mailauth/spf-check.ts'
import { ipAddress } from '@bulkhead/wire/mailauth/ip-address.ts'
import { encodeAddress, type Address } from '@bulkhead/wire/smtp/path.ts'
import { reply, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { answered, questionsWithin } from '../../authentication/running.ts'
import type { Dns } from '../../resolving/dns.ts'
import { isPrivate } from './peers.ts'

export interface GreylistPorts {
  readonly greylist: Greylist
  readonly key: Secret<Uint8Array>
  readonly log: Log
  readonly dns: Dns
  readonly clock: Clock
  readonly hostName: string
  policy(): ReceptionPolicy
}

export interface Greylisted {
  readonly address: string
  readonly helo: string
  readonly reversePath: string
  readonly forwardPath: Address
  readonly brand: string
}

export interface Greylisting {
  applies(brand: string): boolean
  /** Undefined where the recipient may have the message. */
  refusal(asked: Greylisted): Promise<Reply | undefined>
}

const keyBytes = 16
const networkBytes = { 4: 3, 16: 8 } as const

/** The /24, or of IPv6 the /64: large senders try again from a neighbour. */
export const networkOf = (address: readonly number[]): readonly number[] => address.slice(0, address.length === 4 ? networkBytes[4] : networkBytes[16])

export const greylisting = ({ greylist, key, log, dns, clock, hostName, policy }: GreylistPorts): Greylisting => {
  const keyed = (...parts: readonly string[]): Buffer =>
    createHmac('sha256', key.declassify()).update(JSON.stringify(parts)).digest().subarray(0, keyBytes)
  /** Whether the sender's domain names the peer as its own (SPF, RFC 7208). */
  const isNamed = async ({ address: peer, helo, reversePath }: Greylisted): Promise<boolean> => {
    const questions = questionsWithin(dns, policy().dnsTimeoutMs)
    try {
      const { result } = await answered(checkSpf({ peer, helo, reversePath, by: hostName, nowMs: clock.now() }), questions)
      return result === 'pass'
    } finally {
      questions.close()
    }
  }
  return {
    applies(brand) {
      const { brands } = policy().greylist
      return brands === 'all' || (brands !== 'none' && brands.includes(brand))
    },
    async refusal(asked) {
      const { address, reversePath, forwardPath } = asked
      const bytes = ipAddress(address)
      if (bytes === undefined || isPrivate(bytes)) return undefined
      const network = networkOf(bytes).join('.')
      const { helpUrl, greylist: times } = policy()
      try {
        if (times.trustSpf && (await isNamed(asked))) return undefined
        const to = encodeAddress(forwardPath).toLowerCase()
        if (await greylist.passes(keyed('triplet', network, reversePath.toLowerCase(), to), keyed('peer', network), times)) return undefined
        return withPage(reply(451, '4.7.1', 'You are not known here yet: try again in some minutes'), helpUrl)
      } catch (error) {
        log.error('greylistAway', error)
        return undefined
      }
    },
  }
}
