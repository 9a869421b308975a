/** How the webmail at a name looks: its brand's, or the plain look of the cell. */
import { plainLook, type BrandLook } from '@bulkhead/door/contracts/brand.ts'
import type { WebServing } from '@bulkhead/door/contracts/start.ts'

export const brandAt = (host: string, { looks, organization }: WebServing): BrandLook =>
  looks.find(({ hosts }) => hosts.includes(host)) ?? (looks.length === 1 ? looks[0] : undefined) ?? plainLook(organization)
