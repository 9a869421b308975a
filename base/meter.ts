/** Counters and gauges of one process. `watch` collects and serves them; labels never name a person. */

export interface Meter {
  count(name: string, by?: number, labels?: Readonly<Record<string, string>>): void
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void
  /** All series so far, as `name{label="value"}` to a number. */
  read(): ReadonlyMap<string, { readonly kind: 'counter' | 'gauge'; readonly value: number }>
}

/** Beyond this a new series is dropped: labels from outside can't fill the memory. */
const seriesMax = 2_000

const seriesName = (name: string, labels: Readonly<Record<string, string>>): string => {
  const keys = Object.keys(labels)
  if (keys.length === 0) return name
  return `${name}{${keys.sort().map((key) => `${key}=${JSON.stringify(labels[key])}`).join(',')}}`
}

export const meter = (): Meter => {
  const series = new Map<string, { kind: 'counter' | 'gauge'; value: number }>()
  const at = (kind: 'counter' | 'gauge', name: string, labels: Readonly<Record<string, string>>) => {
    const key = seriesName(name, labels)
    let entry = series.get(key)
    if (entry === undefined && series.size < seriesMax) {
      entry = { kind, value: 0 }
      series.set(key, entry)
    }
    return entry
  }
  return {
    count(name, by = 1, labels = {}) {
      const entry = at('counter', name, labels)
      if (entry !== undefined) entry.value += by
    },
    gauge(name, value, labels = {}) {
      const entry = at('gauge', name, labels)
      if (entry !== undefined) entry.value = value
    },
    read: () => series,
  }
}
