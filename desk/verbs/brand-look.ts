/** How a brand's webmail looks. A name that a look claims is one brand's alone. */
import type { BrandLook } from '@bulkhead/door/contracts/brand.ts'
import { textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { checkedLook } from '@bulkhead/mail/brand/look.ts'
import { brandOf } from '../ask.ts'
import type { Desk, DeskVerb } from '../desk.ts'

const lookLengthMax = 131_072

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const hostsOfOthers = async ({ directory }: Desk, own: string): Promise<ReadonlySet<string>> => {
  const others = (await directory.brands()).filter(({ brand }) => brand !== own)
  const looks = await Promise.all(others.map(({ brand }) => directory.brandLook(brand)))
  return new Set(looks.flatMap((text) => {
    const checked = checkedLook(text === null ? null : parsed(text))
    return checked.is === 'look' ? checked.look.hosts : []
  }))
}

export const brandLookSet: DeskVerb<'brandLookSet'> = async (desk, ask) => {
  const brand = brandOf(ask)
  const checked = checkedLook(parsed(textOf(ask, 'look', lookLengthMax)))
  if (brand === undefined) return refused('badName')
  if (checked.is === 'flawed' || checked.look.brand !== brand) return refused('badSetting')
  const taken = await hostsOfOthers(desk, brand)
  if (checked.look.hosts.some((host) => taken.has(host))) return refused('exists')
  const outcome = await desk.directory.setBrandLook(brand, JSON.stringify(checked.look satisfies BrandLook))
  return outcome === 'noSuchBrand' ? refused('noSuchBrand') : { ...answered({}), why: brand }
}

export const brandLook: DeskVerb<'brandLook'> = async ({ directory }, ask) => {
  const brand = brandOf(ask)
  return brand === undefined ? refused('badName') : answered({ look: await directory.brandLook(brand) })
}
