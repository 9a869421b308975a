/**
 * What these checks ask of DNS. A check is a generator: it yields a question and is given the answer, so that it stays a pure
 * function and whoever runs it decides about time, caches and the network.
 */
export interface AskedRecords {
  readonly A: string
  readonly AAAA: string
  readonly PTR: string
  readonly MX: { readonly preference: number; readonly host: string }
  /** The strings of a record joined, one character an octet. */
  readonly TXT: string
}
export type AskedType = keyof AskedRecords

/** `name`: lower-case A-labels without a final dot. */
export interface DnsQuestion {
  readonly name: string
  readonly type: AskedType
}

/** `away`: nobody can say now. */
export type DnsReply<T> = { readonly is: 'found'; readonly records: readonly T[] } | { readonly is: 'none' | 'noSuchName' } | { readonly is: 'away' }

export type Asking<R> = Generator<DnsQuestion, R, DnsReply<unknown>>

/** The runner answers a question of a type with records of that type. */
export function* ask<T extends AskedType>(name: string, type: T): Asking<DnsReply<AskedRecords[T]>> {
  return (yield { name, type }) as DnsReply<AskedRecords[T]>
}
