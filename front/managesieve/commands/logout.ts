import type { SieveCommand } from '../command.ts'

export const logout: SieveCommand<'LOGOUT'> = { verb: 'LOGOUT', rfc: '2.3', decide: () => ({ is: 'logOut' }) }
