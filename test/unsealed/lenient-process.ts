/**
 * The program of every process of the drill's real image: sealed as in production, but with a warden that lets the drill
 * plant passwords which every cracker tries first. Started in place of `run/process.ts`.
 */
import { host, loadRole } from '@bulkhead/run/host.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { lenientRole } from './roles.ts'

host(realSealing, async (name) => (await lenientRole(name)) ?? loadRole(name))
