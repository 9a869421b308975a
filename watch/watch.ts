/** What `watch` does with what it is told: grants go to the ledger, numbers to the metrics. Callers name nobody but by their door. */
import type { Handlers } from '@bulkhead/door/verbs.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { WatchVerbs } from '@bulkhead/door/contracts/watch.ts'
import type { Entry, Ledger } from './ledger.ts'
import type { Metrics, Told } from './metrics.ts'

const eventsMax = 5_000
const textMax = 200
const seriesMax = 2_000

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown, max: number): readonly Fields[] => (Array.isArray(value) ? value.slice(0, max).filter(isFields) : [])

/** Texts and numbers under known names, cut to size. */
const entryOf = (event: Fields, from: { readonly cell: string; readonly process: string }): Entry => {
  const entry: Record<string, string | number> = {}
  for (const name of ['at', 'kind', 'subject', 'caller', 'outcome'] as const) {
    const value = event[name]
    if (typeof value === 'string') entry[name] = value.slice(0, textMax)
  }
  const count = event['count']
  if (typeof count === 'number' && Number.isFinite(count)) entry['count'] = count
  return { ...entry, ...from }
}

const toldOf = (series: Fields): readonly Told[] => {
  const { name, kind, value } = series
  if (typeof name !== 'string' || name.length > textMax || typeof value !== 'number' || !Number.isFinite(value)) return []
  return kind === 'counter' || kind === 'gauge' ? [{ name, kind, value }] : []
}

/** A caller is `cell/process`, as the door it came by says; what its frame says of that is not looked at. */
export const watchHandlers = (ledger: Ledger, metrics: Metrics): Handlers<WatchVerbs, string> => ({
  tell(ask, caller) {
    const [cell = '', process = ''] = caller.split('/')
    const events = listOf(ask['events'], eventsMax)
    ledger.append(events.map((event) => entryOf(event, { cell, process })))
    metrics.told(cell, process, listOf(ask['metrics'], seriesMax).flatMap(toldOf))
    return answered({})
  },
})
