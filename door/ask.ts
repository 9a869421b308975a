/** Checks the fields of a hostile request. Each gives the value or throws `BadAsk`, which the server answers as a fault. */
import { accountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'

export class BadAsk extends Error {
  override readonly name = 'BadAsk'
}

type Fields = Readonly<Record<string, unknown>>

export const textOf = (ask: Fields, name: string, lengthMax: number): string => {
  const value = ask[name]
  if (typeof value !== 'string' || value.length > lengthMax) throw new BadAsk(name)
  return value
}

/** Base64 text as bytes. */
export const bytesOf = (ask: Fields, name: string, bytesMax: number): Buffer => {
  const text = textOf(ask, name, Math.ceil(bytesMax / 3) * 4)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length > bytesMax || bytes.toString('base64') !== text) throw new BadAsk(name)
  return bytes
}

export const accountOf = (ask: Fields, name = 'account'): AccountHandle => {
  const account = accountHandle(textOf(ask, name, 36))
  if (account === undefined) throw new BadAsk(name)
  return account
}

export const wholeOf = (ask: Fields, name: string, min: number, max: number): number => {
  const value = ask[name]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) throw new BadAsk(name)
  return value
}

export const flagOf = (ask: Fields, name: string): boolean => {
  const value = ask[name]
  if (typeof value !== 'boolean') throw new BadAsk(name)
  return value
}

export const oneOf = <T extends string>(ask: Fields, name: string, allowed: readonly T[]): T => {
  const value = ask[name]
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new BadAsk(name)
  return found
}
