/** Where "add to the contacts" of a message leads: the form, filled in. */
import type { Address } from '../compose/address.ts'

export const addContactPath = ({ name, email }: Address): string =>
  `/contacts/new?${new URLSearchParams({ ...(name === null ? {} : { name }), email }).toString()}`
