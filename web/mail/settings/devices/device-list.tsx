/** Who is signed in without a password, and an end to it. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { language } from '../../../kit/language.ts'
import { toast } from '../../../kit/toast.tsx'
import { devices, loadDevices, signOutDevices, type Device } from './devices.ts'
import './devices.css'
import { words } from './words.ts'

const whenOf = (date: string): string =>
  new Intl.DateTimeFormat(language.value === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(date))

interface RowProps {
  readonly device: Device
  readonly onSignOut: () => void
}

const DeviceRow = ({ device, onSignOut }: RowProps): JSX.Element => {
  const text = words()
  const name = device.name === '' ? 'Web' : device.name
  return (
    <li class="device">
      <div class="device-facts">
        <h4>
          {name}
          {device.isThis ? <span class="device-this">{text.thisOne}</span> : null}
        </h4>
        <p>{text.lastUsed(whenOf(device.lastUsed))}</p>
        <p>{text.created(whenOf(device.created))}</p>
        {device.network === '' ? null : <p>{text.from(device.network)}</p>}
      </div>
      <Button label={text.signOutOf(name)} class="device-out" onClick={onSignOut} />
    </li>
  )
}

const askedName = (asked: readonly Device[]): string | undefined => (asked.length === 1 ? asked[0]?.name || 'Web' : undefined)

export const DeviceList = (): JSX.Element => {
  const asked = useSignal<readonly Device[]>([])
  const text = words()
  useEffect(() => void loadDevices(), [])
  const list = devices.value
  const others = Array.isArray(list) ? list.filter(({ isThis }) => !isThis) : []

  const signOut = async (): Promise<void> => {
    const going = asked.value
    asked.value = []
    try {
      const count = await signOutDevices(going.map(({ id }) => id))
      const name = askedName(going)
      toast({ text: name === undefined ? text.doneAll(count) : text.done(name) })
    } catch {
      toast({ text: text.failed })
    }
  }

  const name = askedName(asked.value)
  return (
    <div class="devices">
      <p class="devices-lead">{text.lead}</p>
      {list === undefined ? <p role="status">{text.loading}</p> : null}
      {list === 'failed' ? (
        <div class="devices-failed" role="alert">
          <p>{text.notLoaded}</p>
          <Button label={text.again} onClick={() => void loadDevices()} />
        </div>
      ) : null}
      {Array.isArray(list) && list.length === 0 ? <p>{text.none}</p> : null}
      {Array.isArray(list) && list.length > 0 ? (
        <ul class="devices-list">
          {list.map((device: Device) => (
            <DeviceRow key={device.id} device={device} onSignOut={() => (asked.value = [device])} />
          ))}
        </ul>
      ) : null}
      {others.length > 1 ? <Button kind="danger" label={text.signOutAll} onClick={() => (asked.value = others)} /> : null}
      <p class="devices-note">{text.other}</p>
      {asked.value.length === 0 ? null : (
        <Dialog
          title={name === undefined ? text.sureAll : text.sure(name)}
          onClose={() => (asked.value = [])}
          actions={
            <>
              <Button label={text.cancel} onClick={() => (asked.value = [])} />
              <Button kind="danger" label={text.signOut} onClick={() => void signOut()} />
            </>
          }
        >
          <p>{text.effect}</p>
        </Dialog>
      )}
    </div>
  )
}
