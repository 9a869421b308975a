/**
 * The program of every process of the negative control: the platform as it is, with nothing sealed and any password
 * allowed. Started in place of `run/process.ts`.
 */
import { host, loadRole } from '@bulkhead/run/host.ts'
import { plainSealing } from './plain-sealing.ts'
import { unsealedRole } from './roles.ts'

host(plainSealing, async (name) => (await unsealedRole(name)) ?? loadRole(name))
