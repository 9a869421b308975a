/**
 * Tickets: what a parked session was, and the key of its account, sealed so that only this run of this mailroom opens them.
 * The gate keeps the sealed form and can neither read nor make one; a ticket is good once.
 */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { accountOf, BadAsk, bytesOf, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { mailProtocols } from '@bulkhead/door/contracts/warden.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { OpenedPass } from './passes.ts'

export const ticketBytesMax = 16_384

/** A protocol's own picture of a session: plain JSON. */
export type Picture = Readonly<Record<string, unknown>>

export interface Ticket {
  readonly id: number
  readonly pass: OpenedPass
  readonly picture: Picture
}

const parsed = (plain: Buffer): Ticket => {
  const fields: unknown = JSON.parse(plain.toString('utf8'))
  if (typeof fields !== 'object' || fields === null) throw new BadAsk('ticket')
  const ticket = fields as Readonly<Record<string, unknown>>
  const { picture } = ticket
  if (typeof picture !== 'object' || picture === null) throw new BadAsk('picture')
  return {
    id: wholeOf(ticket, 'id', 1, Number.MAX_SAFE_INTEGER),
    pass: {
      account: accountOf(ticket),
      privateKey: secret(bytesOf(ticket, 'privateKey', 32)),
      loginIndex: bytesOf(ticket, 'loginIndex', 32),
      login: textOf(ticket, 'login', 1_024),
      protocol: oneOf(ticket, 'protocol', mailProtocols),
    },
    picture: picture as Picture,
  }
}

const owner = 'parked session'

export const ticketOffice = (sealing: Sealing, runKey: Secret<Uint8Array>) => {
  const key = sealing.ownKey(runKey)
  return {
    /** Undefined where the picture is too large to be kept by somebody else. */
    seal({ id, pass, picture }: Ticket): Buffer | undefined {
      const { account, login, protocol } = pass
      const plain = Buffer.from(JSON.stringify({
        id, account, login, protocol, picture,
        loginIndex: pass.loginIndex.toString('base64'),
        privateKey: pass.privateKey.declassify().toString('base64'),
      }))
      const sealed = sealing.sealRecord(key, 'ticket', owner, plain)
      plain.fill(0)
      return sealed.length <= ticketBytesMax ? sealed : undefined
    },
    /** Undefined where it was not made here. */
    open(text: string): Ticket | undefined {
      const sealed = fromBase64(text, ticketBytesMax)
      if (sealed === undefined) return undefined
      try {
        const plain = sealing.openRecord(key, 'ticket', owner, sealed)
        const ticket = parsed(plain)
        plain.fill(0)
        return ticket
      } catch (error) {
        if (error instanceof BadAsk || error instanceof SyntaxError || (error instanceof Fault && error.code === 'corrupt')) return undefined
        throw error
      }
    },
  }
}

export type TicketOffice = ReturnType<typeof ticketOffice>
