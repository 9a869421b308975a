/** The program of every process of the platform; which one it is comes with its start. */
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { host } from './host.ts'

host(realSealing)
