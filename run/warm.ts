/** Loads what every process loads, once, so that Node keeps it compiled (`supervisor/code-cache.ts`). Starts nothing. */
import { flushCompileCache } from 'node:module'
import { processNames } from '@bulkhead/door/contracts/start.ts'
import { loadRole } from './host.ts'

await import('./process.ts')
for (const name of processNames) await loadRole(name)
flushCompileCache()
process.exit(0)
