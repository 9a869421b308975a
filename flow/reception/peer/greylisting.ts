/**
 * Greylisting: who writes to somebody for the first time from a network that is not known is asked to come again, which
 * senders of good mail do and most of the others do not. A database that is away keeps nobody waiting.
 */
import { createHmac } from 'node:crypto'
import type { Log } from '@bulkhead/base/log.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { Greylist } from '@bulkhead/mail/ports/greylist.ts'
import { ipAddress } from '@bulkhead/wire/mailauth/ip-address.ts'
import { encodeAddress, type Address } from '@bulkhead/wire/smtp/path.ts'
import { reply, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { isPrivate } from './peers.ts'

export interface GreylistPorts {
  readonly greylist: Greylist
  readonly key: Secret<Uint8Array>
  readonly log: Log
  policy(): ReceptionPolicy
}

export interface Greylisted {
  readonly address: string
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

export const greylisting = ({ greylist, key, log, policy }: GreylistPorts): Greylisting => {
  const keyed = (...parts: readonly string[]): Buffer =>
    createHmac('sha256', key.declassify()).update(JSON.stringify(parts)).digest().subarray(0, keyBytes)
  return {
    applies(brand) {
      const { brands } = policy().greylist
      return brands === 'all' || (brands !== 'none' && brands.includes(brand))
    },
    async refusal({ address, reversePath, forwardPath }) {
      const bytes = ipAddress(address)
      if (bytes === undefined || isPrivate(bytes)) return undefined
      const network = networkOf(bytes).join('.')
      const { helpUrl, greylist: times } = policy()
      try {
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
