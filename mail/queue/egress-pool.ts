/** Which addresses mail of a brand leaves from. */
import type { EgressPool } from '@bulkhead/door/contracts/start.ts'

/** The brand's own pool, else that of all others; undefined: whichever address the machine takes. */
export const poolOf = (pools: readonly EgressPool[], brand: string | null): EgressPool | undefined =>
  pools.find(({ brands }) => brand !== null && brands.includes(brand)) ?? pools.find(({ brands }) => brands.length === 0)
