/** What keeps an account its owner's: the password, and the devices that need none. */
import type { JSX } from 'preact'
import { DeviceList } from '../devices/device-list.tsx'
import { PasswordForm } from './password-form.tsx'
import './security.css'
import { words } from './words.ts'

export default function SecurityPage(): JSX.Element {
  const text = words()
  return (
    <div class="security">
      <PasswordForm />
      <section class="security-devices" aria-labelledby="security-devices">
        <h3 id="security-devices">{text.devices}</h3>
        <DeviceList />
      </section>
    </div>
  )
}
