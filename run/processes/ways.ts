/** The ways to every process of a row: `mailroom`, `mailroom-2`, … */
import { knock } from '@bulkhead/door/client.ts'
import type { StartCommon } from '@bulkhead/door/contracts/start.ts'
import type { Door, Verbs } from '@bulkhead/door/verbs.ts'

export const pathsTo = (knocks: StartCommon['knocks'], process: string): readonly string[] =>
  Object.entries(knocks).flatMap(([name, path]) => (name === process || name.startsWith(`${process}-`) ? [path] : []))

/** Those that are not there yet are knocked at when they are. */
export const knockAtAll = <C extends Verbs>(knocks: StartCommon['knocks'], process: string): readonly (Door<C> & Disposable)[] =>
  pathsTo(knocks, process).map((path) => knock<C>(path))
