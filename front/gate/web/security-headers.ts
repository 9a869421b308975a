/** What every answer tells the browser to hold to. Pages run only scripts of their own files, and make no HTML of text (Trusted Types). */
import type { Place } from './hosts.ts'

/** ProseMirror parses what is pasted in a document of its own; the page names its service worker. */
const trustedTypes = 'ProseMirrorClipboard bulkhead-worker'

const features = [
  'accelerometer', 'autoplay', 'camera', 'display-capture', 'encrypted-media', 'geolocation', 'gyroscope', 'magnetometer', 'microphone', 'midi',
  'payment', 'usb', 'xr-spatial-tracking', 'interest-cohort', 'browsing-topics',
]

const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }
const yearSeconds = 31_536_000

const pagePolicy = ({ origin, contentOrigin }: Place): string => {
  const content = contentOrigin === origin ? "'self'" : contentOrigin
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", `img-src 'self' blob: data:${content === "'self'" ? '' : ` ${content}`}`, "font-src 'self'",
    "connect-src 'self'", `frame-src ${content}`, "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'", "require-trusted-types-for 'script'", `trusted-types ${trustedTypes}`,
  ].join('; ')
}

/** Of answers of our own origin: pages, their files, and data. */
export const pageHeaders = (place: Place, isStrict: boolean): Readonly<Record<string, string>> => ({
  ...always,
  'content-security-policy': pagePolicy(place),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': features.map((feature) => `${feature}=()`).join(', '),
  ...(isStrict ? { 'strict-transport-security': `max-age=${yearSeconds}` } : {}),
})

/** Where the mailroom says nothing stricter, what strangers wrote may do nothing at all. It is shown in frames of ours, whose origin is none. */
export const contentHeaders = (isStrict: boolean): Readonly<Record<string, string>> => ({
  ...always,
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  ...(isStrict ? { 'strict-transport-security': `max-age=${yearSeconds}` } : {}),
})
