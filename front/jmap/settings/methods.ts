import { settingChanges } from './setting-changes.ts'
import { settingGet } from './setting-get.ts'
import { settingSet } from './setting-set.ts'

/** Of our own capability. */
export const settingMethods = [settingGet, settingChanges, settingSet]
