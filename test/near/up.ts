/** Starts a platform for which the outside is this machine: `up.ts up --data DIR`. For tests alone. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { up } from '@bulkhead/run/cli/commands/up.ts'

const { values } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true })
await up(values.data === undefined ? {} : { data: values.data }, join(import.meta.dirname, 'process.ts'))
process.exit(0)
