/** The one piece of foreign code here: Argon2id, native. */
import { hashRaw } from '@node-rs/argon2'
import { argonBytes } from '@bulkhead/seal/wraps.ts'
import type { Argon } from './hasher.ts'

export const argon2id: Argon = (password, salt, { m, t, p }) =>
  hashRaw(password.declassify(), { salt, memoryCost: m, timeCost: t, parallelism: p, outputLen: argonBytes })
