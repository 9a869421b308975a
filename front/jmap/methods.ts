/** Every method there is. Each subject lists its own in one line below the others. */
import { assert } from '@bulkhead/base/assert.ts'
import { coreEcho } from './core/echo.ts'
import { emailSet } from './mail/email-set.ts'
import type { Method } from './method.ts'

export const methods: readonly Method[] = [
  coreEcho,
  emailSet,
]

export const methodTable = (all: readonly Method[] = methods): ReadonlyMap<string, Method> => {
  const table = new Map(all.map((method) => [method.name, method]))
  assert(table.size === all.length, 'a method is listed once')
  return table
}
