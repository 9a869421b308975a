/** Where reports are sent: the URIs of `rua` (RFC 9990 section 3.5; RFC 8460 section 3). */

export interface MailUri {
  readonly is: 'mailto'
  readonly address: string
  readonly domain: string
  /** The largest report this address takes (RFC 7489 section 6.2), compressed; null: not said. */
  readonly bytesMax: number | null
}

export type ReportUri = MailUri | { readonly is: 'https'; readonly url: string }

const units: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_048_576, g: 1_073_741_824, t: 1_099_511_627_776 }
const uriMax = 512
const addressPattern = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$/

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const mailUri = (text: string): MailUri | undefined => {
  const [, written = '', size, unit = ''] = /^mailto:([^?!]+)(?:!([0-9]{1,12})([kmgt]?))?$/i.exec(text) ?? []
  const address = decoded(written)
  const domain = address === undefined ? undefined : addressPattern.exec(address)?.[1]
  if (address === undefined || domain === undefined) return undefined
  return { is: 'mailto', address, domain: domain.toLowerCase(), bytesMax: size === undefined ? null : Number(size) * (units[unit.toLowerCase()] ?? 1) }
}

/** One URI as published; undefined where it is none that a report can be sent to. */
export const reportUri = (text: string): ReportUri | undefined => {
  const trimmed = text.trim()
  if (trimmed.length > uriMax) return undefined
  if (/^mailto:/i.test(trimmed)) return mailUri(trimmed)
  const url = /^https:/i.test(trimmed) ? URL.parse(trimmed) : null
  return url === null || url.username !== '' ? undefined : { is: 'https', url: url.href }
}
