/** Knocks at every process of a row: `mailroom`, `mailroom-2`, … Those that are not there yet are knocked at when they are. */
import { knock } from '@bulkhead/door/client.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import type { Door, Verbs } from '@bulkhead/door/verbs.ts'

export const knockAtAll = <C extends Verbs>(knocks: StartCommon['knocks'], process: string): readonly (Door<C> & Disposable)[] =>
  Object.entries(knocks)
    .filter(([name]) => name === process || name.startsWith(`${process}-`))
    .map(([, path]) => knock<C>(path))
