/**
 * Opens passes: sealed by the warden to this mailroom's key of this run, good once and for a few seconds. Remembers the
 * used ones until they have expired, in bounded memory.
 */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { accountOf, BadAsk, bytesOf, oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import { passProtocols, type MailProtocol, type PassProtocol } from '@bulkhead/door/contracts/warden.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { Fault } from '@bulkhead/base/fault.ts'

export interface OpenedPass<P extends PassProtocol = MailProtocol> {
  readonly account: AccountHandle
  readonly privateKey: Secret<Buffer>
  readonly loginIndex: Buffer
  readonly login: string
  readonly protocol: P
}

/** Of the web: what the pass is bound to. */
export interface OpenedWebPass extends OpenedPass<'http'> {
  readonly key: string
  readonly device: string
}

type Opened<P extends PassProtocol> = OpenedPass<P> & Pick<OpenedWebPass, 'key' | 'device'>

export const passInfo = 'bulkhead pass'
export const passBytesMax = 4_096
/** No pass may live longer, whatever it says of itself. */
const lifetimeMaxMs = 60_000
/** Passes remembered as used. Beyond it nobody is let in until some expire: seconds. */
const usedMax = 100_000
const digestLength = 43
/** Credentials that were replaced within the life of a pass; beyond it the oldest is forgotten. */
const replacedMax = 10_000

const parsedPass = (plain: Buffer) => {
  const fields: unknown = JSON.parse(plain.toString('utf8'))
  if (typeof fields !== 'object' || fields === null) throw new BadAsk('pass')
  const pass = fields as Readonly<Record<string, unknown>>
  return {
    id: textOf(pass, 'id', 64),
    account: accountOf(pass),
    privateKey: secret(bytesOf(pass, 'privateKey', 32)),
    loginIndex: bytesOf(pass, 'loginIndex', 32),
    login: textOf(pass, 'login', 1_024),
    protocol: oneOf(pass, 'protocol', passProtocols),
    key: textOf(pass, 'key', 43),
    device: textOf(pass, 'device', 36),
    credential: textOf(pass, 'credential', digestLength),
    expiresAtMs: wholeOf(pass, 'expiresAtMs', 0, Number.MAX_SAFE_INTEGER),
  }
}

interface PassPorts {
  readonly sealing: Sealing
  readonly privateKey: Secret<Uint8Array>
  readonly clock: Clock
}

export const passBook = ({ sealing, privateKey, clock }: PassPorts) => {
  /** Ids of used passes in the order they came, which is about that of their expiry. */
  const used = new Map<string, number>()

  /** Credentials that are no more, and until when a pass granted by them could come. */
  const replaced = new Map<string, number>()

  const forgetExpired = (nowMs: number): void => {
    for (const [id, expiresAtMs] of used) {
      if (expiresAtMs >= nowMs) return
      used.delete(id)
    }
  }

  const read = (sealed: Buffer): ReturnType<typeof parsedPass> | undefined => {
    try {
      return parsedPass(sealing.openWith(privateKey, passInfo, sealed))
    } catch (error) {
      const isForged = error instanceof BadAsk || error instanceof SyntaxError || (error instanceof Fault && error.code === 'corrupt')
      if (isForged) return undefined
      throw error
    }
  }

  return {
    /** Undefined where it is forged, used, expired or for another protocol: nobody is told which. */
    open<P extends PassProtocol>(preface: { readonly pass: Base64; readonly protocol: P }): Opened<P> | undefined {
      const nowMs = clock.now()
      forgetExpired(nowMs)
      const sealed = fromBase64(preface.pass, passBytesMax)
      const pass = sealed === undefined ? undefined : read(sealed)
      if (pass === undefined || pass.protocol !== preface.protocol) return undefined
      if (pass.expiresAtMs < nowMs || pass.expiresAtMs > nowMs + lifetimeMaxMs) return undefined
      if (used.has(pass.id) || used.size >= usedMax || (replaced.get(pass.credential) ?? 0) > nowMs) return undefined
      used.set(pass.id, pass.expiresAtMs)
      return { ...pass, protocol: preface.protocol }
    },
    /** Passes granted by this credential open nothing from now on. */
    refuse(credential: string): void {
      replaced.set(credential, clock.now() + lifetimeMaxMs)
      if (replaced.size > replacedMax) replaced.delete(replaced.keys().next().value ?? '')
    },
  }
}
