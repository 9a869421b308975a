/**
 * Keyed pseudonyms: the same address gets the same short name within a cell, and without the cell's key the name says
 * nothing. Logs, queue views and events carry these instead of addresses.
 */
import { createHmac } from 'node:crypto'
import type { Secret } from './secret.ts'

export type Pseudonym = (text: string) => string

const pseudonymBytes = 8

/** `p_` and 11 base64url characters, 64 bits: enough to tell customers of one ISP apart. */
export const pseudonymizer =
  (key: Secret<Uint8Array>): Pseudonym =>
  (text) =>
    `p_${createHmac('sha256', key.declassify()).update(text).digest().subarray(0, pseudonymBytes).toString('base64url')}`
