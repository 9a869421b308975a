/** The ISP's brands and their domains. */
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

export const brandList: DeskVerb<'brandList'> = async ({ directory }) => answered({ brands: await directory.brands() })
