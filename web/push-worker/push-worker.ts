/**
 * The service worker (`/push-worker.js?ja` or `?en`): tells of new mail while no page is open. It imports nothing, answers no request of the page, keeps
 * nothing and has no session: a push says that mail came and never what is in it, so that is all it can show.
 */
interface Shown {
  readonly visibilityState: string
  readonly url: string
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}

interface WorkerScope {
  readonly location: Location
  readonly registration: ServiceWorkerRegistration
  readonly clients: { matchAll(options: object): Promise<readonly Shown[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void
}

interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void
  readonly data?: { json(): unknown } | null
  readonly notification?: Notification
}

const worker = self as unknown as WorkerScope
const isEnglish = worker.location.search === '?en'
const newMail = isEnglish ? 'You have new mail' : '新しいメールがあります'
const plainName = isEnglish ? 'Mail' : 'メール'
/** One notice of new mail at a time: the next takes its place. */
const tag = 'new-mail'

type Fields = Readonly<Record<string, unknown>>

const messageOf = (event: WorkerEvent): Fields => {
  try {
    const said = event.data?.json()
    return typeof said === 'object' && said !== null ? (said as Fields) : {}
  } catch {
    return {}
  }
}

const brandName = async (): Promise<string> => {
  try {
    const response = await fetch('/api/brand', { credentials: 'omit' })
    const { name } = (await response.json()) as { readonly name: { readonly ja: string; readonly en: string } }
    return isEnglish ? name.en : name.ja
  } catch {
    return plainName
  }
}

const pages = (): Promise<readonly Shown[]> => worker.clients.matchAll({ type: 'window', includeUncontrolled: true })

/** A page that is seen shows the mail itself. */
const tellOfMail = async (): Promise<void> => {
  if ((await pages()).some(({ visibilityState }) => visibilityState === 'visible')) return
  await worker.registration.showNotification(await brandName(), { body: newMail, tag, icon: '/app-icon.svg', lang: isEnglish ? 'en' : 'ja' })
}

/** The page that subscribed shows the code to the server: it has the session. */
const handOn = async (message: Fields): Promise<void> => {
  for (const page of await pages()) page.postMessage(message)
}

const toMail = async (): Promise<void> => {
  const [open] = (await pages()).filter(({ url }) => !new URL(url).pathname.startsWith('/sign-in'))
  await (open === undefined ? worker.clients.openWindow('/') : open.focus())
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('push', (event) => {
  const message = messageOf(event)
  event.waitUntil(message['@type'] === 'PushVerification' ? handOn(message) : tellOfMail())
})
worker.addEventListener('notificationclick', (event) => {
  event.notification?.close()
  event.waitUntil(toMail())
})
