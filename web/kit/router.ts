/** The address of the page: the path and search are a signal, links stay links (they open in a new tab with Ctrl). */
import { signal } from '@preact/signals'

export interface Address {
  readonly path: string
  readonly search: URLSearchParams
}

const read = (): Address => ({ path: location.pathname, search: new URLSearchParams(location.search) })

export const address = signal<Address>({ path: '/', search: new URLSearchParams() })

/** `replace` leaves no step back. */
export const goTo = (to: string, how: 'push' | 'replace' = 'push'): void => {
  if (to === location.pathname + location.search) return
  if (how === 'push') history.pushState(null, '', to)
  else history.replaceState(null, '', to)
  address.value = read()
}

const isPlain = (event: MouseEvent): boolean => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

/** Links inside the page whose path `owns` says is ours are followed without loading. */
export const startRouter = (owns: (path: string) => boolean): void => {
  address.value = read()
  addEventListener('popstate', () => {
    address.value = read()
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || !isPlain(event) || !(event.target instanceof Element)) return
    const link = event.target.closest('a[href]')
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin || !owns(link.pathname)) return
    event.preventDefault()
    goTo(link.pathname + link.search)
  })
}
