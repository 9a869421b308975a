/**
 * Notices of new mail while no page is open (RFC 8620 section 7.2): this browser's subscription, made and ended here, and seen to be alive each time
 * the mail opens. The server ends it with the device; this page ends it when somebody signs out.
 */
import { signal } from '@preact/signals'
import { forget, keep, kept } from '../../session/database.ts'
import { resource } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import { browserSubscription, isSupported, pushWorker, subscribeBrowser, watchCodes } from './push-support.ts'

/**
 * `unable`: this browser has no push. `passing`: it is not remembered, and would hear for a day at most. `denied`: the person or the browser said no, in its
 * own settings. `failed`: the browser's push service or ours could not be reached.
 */
export type Notices = 'unknown' | 'unable' | 'passing' | 'denied' | 'off' | 'asking' | 'on' | 'failed'

export const notices = signal<Notices>('unknown')

const vapid = 'urn:ietf:params:jmap:webpush-vapid'
/** Where the server's name of this browser's subscription is kept. */
const keptAs = 'push'
const codeMsMax = 60_000
const renewBeforeMs = 30 * 86_400_000

interface Known {
  readonly id: string
  readonly endpoint: string
}

const isKnown = (value: unknown): value is Known => typeof value === 'object' && value !== null && 'id' in value && 'endpoint' in value

const serverKey = (): string | undefined => {
  const key = resource.value?.capabilities[vapid]?.['applicationServerKey']
  return typeof key === 'string' ? key : undefined
}

const keyOf = (subscription: PushSubscription, name: PushEncryptionKeyName): string =>
  btoa(String.fromCharCode(...new Uint8Array(subscription.getKey(name) ?? new ArrayBuffer(0)))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

interface SetAnswer {
  readonly created?: Readonly<Record<string, { readonly id: string }>> | null
  readonly updated?: Readonly<Record<string, unknown>> | null
}

const create = async (subscription: PushSubscription): Promise<string> => {
  const keys = { p256dh: keyOf(subscription, 'p256dh'), auth: keyOf(subscription, 'auth') }
  const wanted = { deviceClientId: 'webmail', url: subscription.endpoint, keys, types: ['EmailDelivery'] }
  const { created } = await call<SetAnswer>('PushSubscription/set', { create: { new: wanted } })
  const id = created?.['new']?.id
  if (id === undefined) throw new Error('the subscription was not taken')
  return id
}

const update = async (id: string, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  const { updated } = await call<SetAnswer>('PushSubscription/set', { update: { [id]: patch } })
  return updated !== null && updated !== undefined && id in updated
}

/** Resolves when the code came through the push service and the server has seen it; rejects where that takes too long. */
const verified = (created: Promise<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = new AbortController()
    const codes = new Map<string, string>()
    const end = (settle: () => void): void => {
      over.abort()
      clearTimeout(timer)
      settle()
    }
    const show = (id: string): void => {
      const code = codes.get(id)
      if (code === undefined) return
      update(id, { verificationCode: code }).then(
        (taken) => end(() => (taken ? resolve() : reject(new Error('the code was not taken')))),
        (error: unknown) => end(() => reject(error)),
      )
    }
    const timer = setTimeout(() => end(() => reject(new Error('no code came'))), codeMsMax)
    watchCodes((id, code) => {
      codes.set(id, code)
      void created.then(show)
    }, over.signal)
    created.then(show, (error: unknown) => end(() => reject(error)))
  })

const subscribe = async (): Promise<void> => {
  const key = serverKey()
  if (key === undefined) throw new Error('the server has no key for pushes')
  const subscription = await subscribeBrowser(key)
  const created = create(subscription)
  await verified(created)
  await keep(keptAs, { id: await created, endpoint: subscription.endpoint } satisfies Known)
}

/** Only ever from a click: the browser asks the person. */
export const turnOn = async (): Promise<void> => {
  notices.value = 'asking'
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') {
    notices.value = permission === 'denied' ? 'denied' : 'off'
    return
  }
  try {
    await subscribe()
    notices.value = 'on'
  } catch {
    await (await browserSubscription().catch(() => undefined))?.unsubscribe().catch(() => undefined)
    notices.value = 'failed'
  }
}

export const turnOff = async (): Promise<void> => {
  const known = await kept(keptAs)
  const subscription = await browserSubscription()
  await subscription?.unsubscribe()
  await forget(keptAs)
  notices.value = 'off'
  // Without the browser's the server's ends with the next push: it is told to save that.
  if (isKnown(known)) await call('PushSubscription/set', { destroy: [known.id] }).catch(() => undefined)
}

interface Listed {
  readonly id: string
  readonly expires: string
}

/** The server's is renewed before it ends, and made anew where it has ended; the worker is the newest. */
const keepAlive = async (known: Known): Promise<void> => {
  const { list } = await call<{ readonly list: readonly Listed[] }>('PushSubscription/get', { ids: [known.id] })
  const [found] = list
  if (found === undefined) return subscribe()
  await pushWorker()
  if (Date.parse(found.expires) - Date.now() < renewBeforeMs) await update(known.id, { expires: null })
}

/** What this browser has, as the mail opens; asks nobody anything. */
export const loadPushNotices = async (): Promise<void> => {
  if (!isSupported() || serverKey() === undefined) {
    notices.value = 'unable'
    return
  }
  const [known, remembered, subscription] = await Promise.all([kept(keptAs), kept('remembered'), browserSubscription()])
  const isOn = Notification.permission === 'granted' && subscription !== undefined && isKnown(known) && known.endpoint === subscription.endpoint
  notices.value = Notification.permission === 'denied' ? 'denied' : isOn ? 'on' : remembered === undefined ? 'passing' : 'off'
  if (isOn) await keepAlive(known).catch(() => undefined)
}
