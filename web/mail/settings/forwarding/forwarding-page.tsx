/** 転送: the Forwarding object of our own capability. */
import { useSignal, type Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Switch } from '../../../kit/choice.tsx'
import { Field } from '../../../kit/field.tsx'
import { IconClose, IconPlus } from '../../../kit/icons.ts'
import { announce } from '../../../kit/live.tsx'
import { toast } from '../../../kit/toast.tsx'
import { loadInEffect } from '../../frame/in-effect.tsx'
import { resource } from '../../jmap/account.ts'
import { call } from '../../jmap/client.ts'
import type { GetAnswer } from '../../jmap/types.ts'
import { isAddress } from '../filters/rule.ts'
import './forwarding.css'
import { words } from './words.ts'

interface ForwardingObject {
  readonly isEnabled: boolean
  readonly addresses: readonly string[]
  readonly keepsCopy: boolean
}

const addressesMax = 5
const addressCharsMax = 254

const load = async (): Promise<ForwardingObject | null> => {
  try {
    const { list } = await call<GetAnswer<ForwardingObject>>('Forwarding/get', { ids: ['singleton'] })
    return list[0] ?? null
  } catch {
    return null
  }
}

const store = async ({ isEnabled, addresses, keepsCopy }: ForwardingObject): Promise<boolean> => {
  try {
    const answer = await call<{ readonly notUpdated: object | null }>('Forwarding/set', { update: { singleton: { isEnabled, addresses, keepsCopy } } })
    return answer.notUpdated === null
  } catch {
    return false
  }
}

const mistakeIn = (address: string): string | undefined => {
  const text = words()
  if (!isAddress(address)) return text.badAddress
  return address.trim().toLowerCase() === resource.value?.username.toLowerCase() ? text.ownAddress : undefined
}

const Addresses = ({ form, tried }: { readonly form: Signal<ForwardingObject>; readonly tried: boolean }): JSX.Element => {
  const text = words()
  const { addresses } = form.value
  const shown = addresses.length === 0 ? [''] : addresses
  const set = (next: readonly string[]): void => void (form.value = { ...form.value, addresses: next })
  return (
    <>
      <ul class="forward-addresses">
        {shown.map((address, at) => (
          <li key={at}>
            <Field
              label={text.address(at + 1)}
              type="email"
              autocomplete="off"
              value={address}
              maxLength={addressCharsMax}
              error={tried && (address !== '' || form.value.isEnabled) ? mistakeIn(address) : undefined}
              onInput={(value) => set(shown.map((each, place) => (place === at ? value : each)))}
            />
            {shown.length < 2 ? null : (
              <Button label={text.remove(at + 1)} icon={IconClose} iconOnly kind="quiet" onClick={() => set(shown.filter((_, place) => place !== at))} />
            )}
          </li>
        ))}
      </ul>
      {shown.length >= addressesMax ? null : (
        <div>
          <Button label={text.add} icon={IconPlus} kind="quiet" onClick={() => set([...shown, ''])} />
        </div>
      )}
    </>
  )
}

const ForwardingForm = ({ given }: { readonly given: ForwardingObject }): JSX.Element => {
  const text = words()
  const form = useSignal(given)
  const tried = useSignal(false)
  const busy = useSignal(false)
  const { isEnabled, keepsCopy } = form.value
  const save = async (): Promise<void> => {
    tried.value = true
    const addresses = form.value.addresses.map((address) => address.trim()).filter((address) => address !== '')
    if (addresses.some((address) => mistakeIn(address) !== undefined) || (isEnabled && addresses.length === 0)) return
    busy.value = true
    const done = await store({ ...form.value, addresses })
    busy.value = false
    if (!done) return void toast({ text: text.notSaved, kind: 'error' })
    form.value = { ...form.value, addresses }
    void loadInEffect().catch(() => undefined)
    tried.value = false
    announce(text.saved)
    toast({ text: text.saved })
  }
  return (
    <form
      class="forwarding"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <p class="forward-warning">{text.warning}</p>
      <Switch label={text.isEnabled} value={isEnabled} onChange={(value) => (form.value = { ...form.value, isEnabled: value })} />
      <Addresses form={form} tried={tried.value} />
      <Switch label={text.keepsCopy} hint={text.keepsCopyHint} value={keepsCopy} onChange={(value) => (form.value = { ...form.value, keepsCopy: value })} />
      {keepsCopy ? null : <p class="forward-warning">{text.noCopyWarning}</p>}
      <div>
        <Button label={text.save} kind="primary" type="submit" disabled={busy.value} />
      </div>
    </form>
  )
}

const ForwardingPage = (): JSX.Element => {
  const text = words()
  const found = useSignal<ForwardingObject | null | undefined>(undefined)
  const read = (): void => {
    found.value = undefined
    void load().then((forwarding) => (found.value = forwarding))
  }
  useEffect(read, [])
  if (found.value === undefined) return <p aria-busy="true" />
  if (found.value === null) {
    return (
      <p role="alert">
        {text.failed} <Button label={text.again} onClick={read} />
      </p>
    )
  }
  return (
    <>
      <p class="settings-hint">{text.hint}</p>
      <ForwardingForm given={found.value} />
    </>
  )
}

export default ForwardingPage
