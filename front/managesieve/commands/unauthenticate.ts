import type { SieveCommand } from '../command.ts'

/** The connection goes on in the gate as if it were new. */
export const unauthenticate: SieveCommand<'UNAUTHENTICATE'> = { verb: 'UNAUTHENTICATE', rfc: '2.14.1', decide: () => ({ is: 'unauthenticate' }) }
