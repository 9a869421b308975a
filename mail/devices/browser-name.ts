/**
 * What a browser is called, in a list of devices and in a notice of the provider: words of these tables and no others, since who sends the field
 * could write into what people take for their provider's word. It says of nobody more than `Firefox, Windows`.
 */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:\b|Headless)(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const lookedAtMax = 512

const first = (table: readonly (readonly [RegExp, string])[], agent: string): string => table.find(([pattern]) => pattern.test(agent))?.[1] ?? ''

/** Of a User-Agent field (RFC 9110 section 10.1.5); empty where it says nothing known. */
export const browserName = (userAgent: string): string => {
  const agent = userAgent.slice(0, lookedAtMax)
  return [first(browsers, agent), first(systems, agent)].filter((part) => part !== '').join(', ')
}

/** Made of words of these tables, as whoever tells it on has to make sure. */
export const isBrowserName = (text: string): boolean => {
  const known = new Set([...browsers, ...systems].map(([, word]) => word))
  const words = text.split(', ')
  return words.length <= 2 && words.every((word) => known.has(word))
}
