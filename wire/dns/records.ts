/** The record types there are for us, by name; a type that is not here is skipped in an answer. */
import { a } from './records/a.ts'
import { aaaa } from './records/aaaa.ts'
import { cname, ns, ptr } from './records/host-name.ts'
import { mx } from './records/mx.ts'
import type { RecordType } from './records/record-type.ts'
import { soa } from './records/soa.ts'
import { srv } from './records/srv.ts'
import { tlsa } from './records/tlsa.ts'
import { txt } from './records/txt.ts'

export const recordTypes = { A: a, AAAA: aaaa, CNAME: cname, MX: mx, NS: ns, PTR: ptr, SOA: soa, SRV: srv, TLSA: tlsa, TXT: txt }

type Table = typeof recordTypes
export type TypeName = keyof Table
export type DataOf<T extends TypeName> = Table[T] extends RecordType<infer Value> ? Value : never

/** A record of a type we read, with its value; of another, nothing but that it was there. */
export type Data = { readonly [T in TypeName]: { readonly type: T; readonly value: DataOf<T> } }[TypeName]

const namesByNumber = new Map<number, TypeName>()
for (const [name, { number }] of Object.entries(recordTypes)) namesByNumber.set(number, name as TypeName)

export const typeNamed = (number: number): TypeName | undefined => namesByNumber.get(number)

const readAs = <T extends TypeName>(type: T, message: Buffer, start: number, end: number): Data | undefined => {
  const { read } = recordTypes[type] as RecordType<DataOf<T>>
  const value = read(message, start, end)
  return value === undefined ? undefined : ({ type, value } as unknown as Data)
}

/** `unknown` for a type that is not ours; undefined where the data is none of its type. */
export const readData = (number: number, message: Buffer, start: number, end: number): Data | 'unknown' | undefined => {
  const type = typeNamed(number)
  return type === undefined ? 'unknown' : readAs(type, message, start, end)
}

export const encodeData = (data: Data): Buffer | undefined => {
  const { encode } = recordTypes[data.type] as RecordType<Data['value']>
  return encode(data.value)
}
