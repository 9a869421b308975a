/** What this browser has of Web Push: the worker that shows notices, and its subscription at the browser's own push service. */
import { language } from '../../kit/language.ts'

interface ScriptPolicy {
  createScriptURL(text: string): string
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy
}

const trusted = 'trustedTypes' in window ? (window.trustedTypes as TrustedTypes) : undefined
/** One address alone, whatever is asked for: the policy that the gate allows by this name. A page makes it once. */
let policy: ScriptPolicy | undefined

const workerUrl = (): string => {
  policy ??= trusted?.createPolicy('bulkhead-worker', { createScriptURL: (text) => (text === 'en' ? '/push-worker.js?en' : '/push-worker.js?ja') })
  return policy?.createScriptURL(language.value) ?? `/push-worker.js?${language.value}`
}

export const isSupported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** Installed where it is not, and told the language. Rejects where the browser does not take it. */
export const pushWorker = async (): Promise<ServiceWorkerRegistration> => {
  await navigator.serviceWorker.register(workerUrl(), { scope: '/' })
  return navigator.serviceWorker.ready
}

/** Undefined where there is none; never installs anything. */
export const browserSubscription = async (): Promise<PushSubscription | undefined> => {
  if (!isSupported()) return undefined
  const registration = await navigator.serviceWorker.getRegistration('/')
  return (await registration?.pushManager.getSubscription()) ?? undefined
}

/** `applicationServerKey`: as the session resource says it, base64url. */
export const subscribeBrowser = async (applicationServerKey: string): Promise<PushSubscription> => {
  const { pushManager } = await pushWorker()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
}

/** The codes that the worker hands on, by subscription, until `signal` aborts. */
export const watchCodes = (heard: (subscription: string, code: string) => void, signal: AbortSignal): void => {
  const listen = ({ data }: MessageEvent<unknown>): void => {
    if (typeof data !== 'object' || data === null || !('pushSubscriptionId' in data) || !('verificationCode' in data)) return
    heard(String(data.pushSubscriptionId), String(data.verificationCode))
  }
  navigator.serviceWorker.addEventListener('message', listen, { signal })
}
