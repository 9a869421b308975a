/** What every process counts, as Prometheus reads it: the last told value of each series, with cell and process as labels. */
import { Counter, Gauge, Registry } from 'prom-client'
import type { Clock } from '@bulkhead/base/clock.ts'

export interface Told {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly value: number
}

export interface Metrics {
  told(cell: string, process: string, series: readonly Told[]): void
  text(): Promise<string>
  readonly contentType: string
}

const seriesMax = 2_000
const sourcesMax = 10_000
const prefix = 'bulkhead_'

interface Source {
  readonly cell: string
  readonly process: string
  readonly atMs: number
  readonly series: readonly Told[]
}

/** `name{a="b"}` as name and labels. */
export const seriesParts = (series: string): { readonly name: string; readonly labels: Readonly<Record<string, string>> } => {
  const brace = series.indexOf('{')
  const name = (brace < 0 ? series : series.slice(0, brace)).replace(/[^A-Za-z0-9_]/g, '_')
  const labels: Record<string, string> = {}
  for (const [, label = '', value = ''] of series.slice(name.length).matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*")/g)) {
    labels[label] = JSON.parse(value) as string
  }
  return { name, labels }
}

interface Family {
  readonly kind: 'counter' | 'gauge'
  readonly rows: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}

const familiesOf = (sources: Iterable<Source>, nowMs: number): ReadonlyMap<string, Family> => {
  const families = new Map<string, Family>()
  const put = (name: string, kind: Told['kind'], labels: Readonly<Record<string, string>>, value: number): void => {
    const family = families.get(name) ?? { kind, rows: [] }
    families.set(name, family)
    if (family.kind === kind) family.rows.push({ labels, value })
  }
  for (const { cell, process, atMs, series } of sources) {
    put('told_seconds_ago', 'gauge', { cell, process }, Math.round((nowMs - atMs) / 1000))
    for (const { name, kind, value } of series) {
      const parts = seriesParts(name)
      const full = kind === 'counter' && !parts.name.endsWith('_total') ? `${parts.name}_total` : parts.name
      put(full, kind, { ...parts.labels, cell, process }, value)
    }
  }
  return families
}

export const metrics = (clock: Clock): Metrics => {
  const sources = new Map<string, Source>()
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    told(cell, process, series) {
      const key = `${cell}/${process}`
      if (sources.has(key) || sources.size < sourcesMax) sources.set(key, { cell, process, atMs: clock.now(), series: series.slice(0, seriesMax) })
    },
    async text() {
      const registry = new Registry()
      for (const [name, { kind, rows }] of familiesOf(sources.values(), clock.now())) {
        const labelNames = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))]
        const options = { name: `${prefix}${name}`, help: name.replaceAll('_', ' '), labelNames, registers: [registry] }
        const metric = kind === 'counter' ? new Counter(options) : new Gauge(options)
        for (const { labels, value } of rows) if (kind === 'gauge' || value >= 0) metric.inc(labels, value)
      }
      return registry.metrics()
    },
  }
}
