/** Who the person writes as: names and signatures. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../../kit/button.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { IconPlus } from '../../../kit/icons.ts'
import { toast } from '../../../kit/toast.tsx'
import { shownSender, type Identity } from './editing.ts'
import './identities.css'
import { IdentityRow } from './identity-row.tsx'
import { IdentitySheet } from './identity-sheet.tsx'
import { identities, loadIdentities, removeIdentity } from './identity-store.ts'
import { words } from './words.ts'

const Removal = ({ identity, onClose }: { identity: Identity; onClose: () => void }): JSX.Element => {
  const text = words()
  const remove = async (): Promise<void> => {
    onClose()
    const done = await removeIdentity(identity.id).catch(() => false)
    toast(done ? { text: text.removed } : { text: text.failed, kind: 'error' })
  }
  return (
    <Dialog
      title={text.sure(shownSender(identity.name, identity.email))}
      onClose={onClose}
      actions={
        <>
          <Button label={text.cancel} onClick={onClose} />
          <Button kind="danger" label={text.remove} onClick={() => void remove()} />
        </>
      }
    >
      <p>{text.sureHint}</p>
    </Dialog>
  )
}

export default function IdentitiesPage(): JSX.Element {
  const text = words()
  const edited = useSignal<Identity | 'new' | undefined>(undefined)
  const removed = useSignal<Identity | undefined>(undefined)
  useEffect(() => void loadIdentities(), [])
  const list = identities.value
  const all = Array.isArray(list) ? (list as readonly Identity[]) : []
  const addresses = [...new Set(all.map(({ email }) => email))]
  return (
    <div class="identities">
      <p class="settings-hint">{text.lead}</p>
      {list === undefined ? <p role="status">{text.loading}</p> : null}
      {list === 'failed' ? (
        <div class="identities-failed" role="alert">
          <p>{text.notLoaded}</p>
          <Button label={text.again} onClick={() => void loadIdentities()} />
        </div>
      ) : null}
      {all.length === 0 ? null : (
        <>
          <ul class="identities-list">
            {all.map((identity) => (
              <IdentityRow key={identity.id} identity={identity} onEdit={() => (edited.value = identity)} onRemove={() => (removed.value = identity)} />
            ))}
          </ul>
          <div class="identities-more">
            <Button icon={IconPlus} label={text.add} onClick={() => (edited.value = 'new')} />
            <p class="settings-hint">{text.addHint}</p>
          </div>
        </>
      )}
      {edited.value === undefined ? null : (
        <IdentitySheet identity={edited.value === 'new' ? undefined : edited.value} addresses={addresses} onClose={() => (edited.value = undefined)} />
      )}
      {removed.value === undefined ? null : <Removal identity={removed.value} onClose={() => (removed.value = undefined)} />}
    </div>
  )
}
