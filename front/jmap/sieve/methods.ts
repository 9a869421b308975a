/** Filters, vacation, forwarding. */
import { forwardingGet } from '../forwarding/forwarding-get.ts'
import { forwardingSet } from '../forwarding/forwarding-set.ts'
import type { Method } from '../method.ts'
import { vacationGet } from '../vacation/vacation-get.ts'
import { vacationSet } from '../vacation/vacation-set.ts'
import { scriptGet } from './script-get.ts'
import { scriptQuery } from './script-query.ts'
import { scriptSet } from './script-set.ts'
import { scriptTest } from './script-test.ts'
import { scriptValidate } from './script-validate.ts'

export const ruleMethods: readonly Method[] = [
  scriptGet, scriptQuery, scriptSet, scriptTest, scriptValidate, vacationGet, vacationSet, forwardingGet, forwardingSet,
]
