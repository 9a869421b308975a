/** Columns of the key table's rows as what they are. */
import type { SQLOutputValue } from 'node:sqlite'
import { Fault } from '@bulkhead/base/fault.ts'

export type Row = Record<string, SQLOutputValue>

export const number = (row: Row, name: string): number => {
  const value = row[name]
  if (typeof value !== 'number') throw new Fault('corrupt', `key table: ${name}`)
  return value
}

export const blob = (row: Row, name: string): Buffer => {
  const value = row[name]
  if (!(value instanceof Uint8Array)) throw new Fault('corrupt', `key table: ${name}`)
  return Buffer.from(value)
}

export const text = (row: Row, name: string): string => {
  const value = row[name]
  if (typeof value !== 'string') throw new Fault('corrupt', `key table: ${name}`)
  return value
}

export const word = <T extends string>(row: Row, name: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === row[name])
  if (found === undefined) throw new Fault('corrupt', `key table: ${name}`)
  return found
}
