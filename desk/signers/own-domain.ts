/** The domain a request names, where it is one of this ISP. */
import { domainOf } from '../ask.ts'
import type { Desk } from '../desk.ts'

export const ownDomainOf = async ({ directory }: Pick<Desk, 'directory'>, ask: Readonly<Record<string, unknown>>): Promise<string | undefined> => {
  const named = domainOf(ask)
  return (await directory.domains()).some(({ domain }) => domain === named) ? named : undefined
}
