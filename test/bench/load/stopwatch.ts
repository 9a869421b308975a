/**
 * Runs in the page that is measured: the time from what a person does to the drawing in which the answer stands, by the page's own
 * clock, so that nothing of the program that drives it is counted. Beside it layout shifts and interactions as the browser tells them.
 */
import type { Page } from 'playwright-core'

/**
 * `sight` is an expression: a text that says what is shown, empty while it is not there. The watch stops at the first frame that shows
 * another than when it was set, and began with the last key or press before.
 */
const source = `(() => {
  if (window !== window.top) return
  const watch = (window.stopwatch = { began: 0, lap: undefined, inp: 0, cls: 0 })
  for (const kind of ['keydown', 'pointerdown', 'wheel']) addEventListener(kind, (event) => { if (event.isTrusted) watch.began = event.timeStamp }, { capture: true, passive: true })
  const loaded = new WeakSet()
  // These events do not pass by the window.
  document.addEventListener('load', (event) => loaded.add(event.target), true)
  watch.isLoaded = (frame) => loaded.has(frame)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId > 0) watch.inp = Math.max(watch.inp, entry.duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) watch.cls += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  const drawn = (act) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = act
    port2.postMessage(0)
  }
  watch.set = (sight, before) => {
    watch.lap = new Promise((resolve) => {
      const look = () => {
        const now = sight()
        if (now !== '' && now !== before) drawn(() => resolve(performance.now() - watch.began))
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
  }
})()`

export interface Vitals {
  /** The slowest interaction, milliseconds; and all shifts of the layout together. */
  readonly inp: number
  readonly cls: number
}

const patienceMs = 45_000

const within = async <T>(work: Promise<T>, what: string, limitMs: number): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: nothing to see within ${limitMs / 1000} s`)), limitMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

export const watchPage = (page: Page): Promise<unknown> => page.addInitScript({ content: source })

/** Says where it was when it could not be measured; the others are measured all the same. */
const measured = async (page: Page, what: string, measure: () => Promise<number>): Promise<number> => {
  try {
    return await measure()
  } catch (fault) {
    process.stderr.write(`not measured, at ${page.url()}: ${what}: ${fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : String(fault)}\n`)
    return NaN
  }
}

/** From the beginning of the navigation that `go` makes to the first sight of it; NaN where that never came. */
export const timeToSee = (page: Page, what: string, sight: string, go: () => Promise<unknown>): Promise<number> =>
  measured(page, what, async () => {
    // Set by the document itself, before anything of it is drawn.
    const early = await page.addInitScript({ content: `window.stopwatch?.set(() => ${sight}, '')` })
    try {
      await go()
      return await within(page.evaluate<number>('stopwatch.lap'), what, patienceMs)
    } finally {
      await early.dispose()
    }
  })

/** From the last key or press of `act` to the sight of its answer; NaN where that never came. */
export const timeToAnswer = (page: Page, what: string, sight: string, act: () => Promise<unknown>, limitMs = patienceMs): Promise<number> =>
  measured(page, what, async () => {
    await page.evaluate(`stopwatch.set(() => ${sight}, ${sight})`)
    await act()
    return within(page.evaluate<number>('stopwatch.lap'), what, limitMs)
  })

export const vitalsOf = (page: Page): Promise<Vitals> => page.evaluate<Vitals>('({ inp: stopwatch.inp, cls: stopwatch.cls })')
