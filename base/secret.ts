/**
 * A value that must never reach a log, an error or a command line.
 * It prints as `[secret]` everywhere; `declassify` is the one, loud way to its content.
 */
import { inspect } from 'node:util'

export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  declassify(): T {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

export const secret = <T>(value: T): Secret<T> => new Secret(value)

/** Overwrites key material that is no longer needed. Strings can't be wiped, so keys are never strings. */
export const wipe = (bytes: Uint8Array): void => {
  bytes.fill(0)
}
