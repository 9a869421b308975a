/** The ISP's domains. */
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

export const domainList: DeskVerb<'domainList'> = async ({ directory }) => answered({ domains: await directory.domains() })
