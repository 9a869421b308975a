/**
 * A component whose module is loaded when it is first drawn, or asked for before (`load`). A page whose chunk cannot be loaded says so and offers to try again;
 * it tries by itself when the network is back.
 */
import { signal } from '@preact/signals'
import { createElement, type ComponentType, type JSX } from 'preact'
import { Button } from './button.tsx'
import { words } from './words.ts'

export interface Lazy<Props> {
  (props: Props): JSX.Element
  /** So that it is here when it is drawn. */
  readonly load: () => void
}

export const lazy = <Props extends object>(load: () => Promise<{ readonly default: ComponentType<Props> }>): Lazy<Props> => {
  const loaded = signal<ComponentType<Props> | 'failed' | undefined>(undefined)
  const start = (): void => {
    loaded.value = undefined
    load().then(
      (module) => {
        loaded.value = module.default
      },
      () => {
        loaded.value = 'failed'
        window.addEventListener('online', () => loaded.peek() === 'failed' && start(), { once: true })
      },
    )
  }
  let started = false
  const once = (): void => {
    if (!started) start()
    started = true
  }
  const Drawn = (props: Props): JSX.Element => {
    once()
    const found = loaded.value
    if (found === undefined) return <div class="loading" aria-busy="true" />
    if (found !== 'failed') return createElement(found, props)
    return (
      <div class="loading" role="alert">
        <p>{words().partMissing}</p>
        <Button label={words().again} onClick={start} />
      </div>
    )
  }
  return Object.assign(Drawn, { load: once })
}
