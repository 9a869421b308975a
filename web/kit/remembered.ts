/** A setting of this browser, kept in its storage: how the page looks here. Nothing of the mail is ever kept there. */
import { signal, type Signal } from '@preact/signals'

const prefix = 'bulkhead.'

/** `check` gives undefined for what is not such a value: storage is written by older versions too. */
export const remembered = <Value>(name: string, initial: Value, check: (found: unknown) => Value | undefined): Signal<Value> => {
  const own = signal(initial)
  const load = (text: string | null): void => {
    if (text === null) return
    try {
      own.value = check(JSON.parse(text)) ?? initial
    } catch {
      own.value = initial
    }
  }
  try {
    load(localStorage.getItem(prefix + name))
    addEventListener('storage', (event) => {
      if (event.key === prefix + name) load(event.newValue)
    })
  } catch {
    return own
  }
  let first = true
  own.subscribe((value) => {
    if (first) first = false
    else
      try {
        localStorage.setItem(prefix + name, JSON.stringify(value))
      } catch {
        // A full or forbidden storage: the setting lasts as long as the page.
      }
  })
  return own
}

export const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (found: unknown): Value | undefined =>
    values.find((value) => value === found)

export const between =
  (min: number, max: number) =>
  (found: unknown): number | undefined =>
    typeof found === 'number' && found >= min && found <= max ? found : undefined

export const yesOrNo = (found: unknown): boolean | undefined => (typeof found === 'boolean' ? found : undefined)
