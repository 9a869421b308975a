/** How much of the storage is used (RFC 9425). */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { has } from '../jmap/account.ts'
import { call } from '../jmap/client.ts'
import type { GetAnswer } from '../jmap/types.ts'
import { words } from '../words.ts'

interface QuotaObject {
  readonly resourceType: string
  readonly used: number
  readonly hardLimit: number
}

const quota = signal<QuotaObject | undefined>(undefined)

/** From here on it is said in words too. */
const nearlyFull = 0.9

export const loadQuota = async (): Promise<void> => {
  if (!has('urn:ietf:params:jmap:quota')) return
  const { list } = await call<GetAnswer<QuotaObject>>('Quota/get', { ids: null })
  quota.value = list.find(({ resourceType }) => resourceType === 'octets')
}

const units = ['KB', 'MB', 'GB', 'TB'] as const

export const bytesInWords = (bytes: number): string => {
  let value = bytes / 1024
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1024
    at += 1
  }
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${units[at]}`
}

export const Quota = (): JSX.Element | null => {
  const own = quota.value
  if (own === undefined || own.hardLimit === 0) return null
  const text = words()
  const part = Math.min(1, own.used / own.hardLimit)
  const near = part >= nearlyFull
  return (
    <div class={`quota ${near ? 'quota-near' : ''}`}>
      <progress class="quota-bar" max={1} value={part} aria-label={text.quotaName} />
      <p class="numbers">{text.quota(bytesInWords(own.used), bytesInWords(own.hardLimit))}</p>
      {near ? <p class="quota-words">{text.quotaNear}</p> : null}
    </div>
  )
}
