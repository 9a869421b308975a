/** The address of the page: the path and search are a signal, links stay links (they open in a new tab with Ctrl). */
import { signal } from '@preact/signals'

export interface Address {
  readonly path: string
  readonly search: URLSearchParams
}

const read = (): Address => ({ path: location.pathname, search: new URLSearchParams(location.search) })

export const address = signal<Address>({ path: '/', search: new URLSearchParams() })

/** What is kept with a step of the history: the address it was made at, and whether it is only a layer over the page. */
interface Step {
  readonly from: string | null
  readonly isLayer: boolean
}

const isStep = (kept: unknown): kept is Step => typeof kept === 'object' && kept !== null && 'from' in kept && 'isLayer' in kept

const stepHere = (): Step => {
  const kept: unknown = history.state
  return isStep(kept) ? kept : { from: null, isLayer: false }
}

const pathHere = (): string => location.pathname + location.search

/** `replace` leaves no step back. A layer over the page makes room for where a link in it leads. */
export const goTo = (to: string, how: 'push' | 'replace' = 'push'): void => {
  const here = pathHere()
  if (to === here) return
  const { from, isLayer } = stepHere()
  if (how === 'replace') history.replaceState({ from, isLayer: false } satisfies Step, '', to)
  else if (isLayer) history.replaceState({ from: here, isLayer: false } satisfies Step, '', to)
  else history.pushState({ from: here, isLayer: false } satisfies Step, '', to)
  address.value = read()
}

/** As `goTo` with `replace`, for what the server's answer leads to: whoever went elsewhere than `from` (a path) meanwhile stays there. */
export const goOnFrom = (from: string, to: string): void => {
  if (location.pathname === from) goTo(to, 'replace')
}

let goingBack: Promise<void> | undefined

/** A step back where that leads to what `isThere` knows, else on to `to`: ways back should not lengthen the history. */
export const goBackTo = async (to: string, isThere: (path: string) => boolean): Promise<void> => {
  if (goingBack !== undefined) return goingBack
  const { from } = stepHere()
  if (from === null || !isThere(from)) return goTo(to)
  goingBack = new Promise((resolve) => addEventListener('popstate', () => resolve(), { once: true }))
  history.back()
  await goingBack
  goingBack = undefined
}

interface Layer {
  readonly close: () => void
}

const layers: Layer[] = []
let ownSteps = 0

/**
 * What lies over the whole page, as on a phone, is a step of the history: the way back closes it by `close`. Gives what is to be called
 * when the page closes it by itself.
 */
export const addLayer = (close: () => void): (() => void) => {
  const layer: Layer = { close }
  layers.push(layer)
  history.pushState({ from: pathHere(), isLayer: true } satisfies Step, '')
  return () => {
    const at = layers.indexOf(layer)
    if (at < 0) return
    layers.splice(at, 1)
    // A link of the layer that is being followed takes its step first.
    setTimeout(() => {
      if (!stepHere().isLayer) return
      ownSteps += 1
      history.back()
    })
  }
}

const onStep = (): void => {
  if (ownSteps > 0) ownSteps -= 1
  else layers.pop()?.close()
  address.value = read()
}

const isPlain = (event: MouseEvent): boolean => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

/** Links inside the page whose path `owns` says is ours are followed without loading. */
export const startRouter = (owns: (path: string) => boolean): void => {
  address.value = read()
  // Layers do not outlast the page.
  if (stepHere().isLayer) history.replaceState(null, '')
  addEventListener('popstate', onStep)
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || !isPlain(event) || !(event.target instanceof Element)) return
    const link = event.target.closest('a[href]')
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin || !owns(link.pathname)) return
    event.preventDefault()
    goTo(link.pathname + link.search)
  })
}
