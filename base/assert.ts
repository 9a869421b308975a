/** Assertions for bugs. They stay on in production: a wrong state ends the session or the process, never goes on. */

export class Bug extends Error {
  override readonly name = 'Bug'
}

export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Bug(claim)
}

export const unreachable = (value: never): never => {
  throw new Bug(`unreachable: ${String(value)}`)
}
