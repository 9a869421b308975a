/** `VacationResponse/set` (RFC 8621 section 8.2). */
import { vacationChange, vacationId, vacationOf } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties } from '@bulkhead/wire/jmap/errors.ts'
import type { Method } from '../method.ts'
import { setSingleton, type Singleton } from '../sieve/set-singleton.ts'
import { vacationJson, vacationShape } from './vacation-json.ts'

const singleton: Singleton<typeof vacationShape> = {
  id: vacationId,
  shape: vacationShape,
  present({ account }) {
    const { id: _, ...present } = vacationJson(vacationOf(account.state()))
    return present
  },
  change({ isEnabled, fromDate, toDate, subject, textBody, htmlBody }) {
    if (fromDate !== null && toDate !== null && toDate <= fromDate) return invalidProperties(['toDate'], 'it ends before it begins')
    return vacationChange({ isEnabled, fromMs: fromDate, toMs: toDate, subject, text: textBody, html: htmlBody })
  },
}

export const vacationSet: Method = {
  name: 'VacationResponse/set',
  capability: capabilities.vacationResponse,
  run: (args, context) => setSingleton(singleton, args, context),
}
