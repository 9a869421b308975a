/** What goes on without the person and is soon forgotten, or was never their own doing: mail sent on elsewhere, and replies on their behalf. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { batch } from '../jmap/client.ts'
import type { GetAnswer } from '../jmap/types.ts'
import { words } from '../words.ts'

interface Forwarding {
  readonly isEnabled: boolean
  readonly addresses: readonly string[]
}

interface Vacation {
  readonly isEnabled: boolean
  readonly fromDate: string | null
  readonly toDate: string | null
}

interface InEffect {
  readonly forwardedTo: readonly string[]
  readonly isAway: boolean
}

const inEffect = signal<InEffect>({ forwardedTo: [], isAway: false })

const isNow = ({ isEnabled, fromDate, toDate }: Vacation): boolean =>
  isEnabled && (fromDate === null || Date.parse(fromDate) <= Date.now()) && (toDate === null || Date.now() < Date.parse(toDate))

export const loadInEffect = async (): Promise<void> => {
  const one = { ids: ['singleton'] }
  const [forwarding, vacation] = await batch<readonly [GetAnswer<Forwarding>, GetAnswer<Vacation>]>([['Forwarding/get', one], ['VacationResponse/get', one]])
  const [own] = forwarding.list
  const [away] = vacation.list
  inEffect.value = { forwardedTo: own?.isEnabled === true ? own.addresses : [], isAway: away !== undefined && isNow(away) }
}

export const InEffectLinks = (): JSX.Element | null => {
  const text = words()
  const { forwardedTo, isAway } = inEffect.value
  if (forwardedTo.length === 0 && !isAway) return null
  return (
    <div class="in-effect">
      {forwardedTo.length === 0 ? null : (
        <a href="/settings/forwarding" data-tip={forwardedTo.join(', ')}>{text.forwarding(forwardedTo.length)}</a>
      )}
      {isAway ? <a href="/settings/vacation">{text.away}</a> : null}
    </div>
  )
}
