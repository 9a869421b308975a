/** アドレス帳: the list by reading, and one contact beside it, or in its place where there is no room. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Field } from '../../kit/field.tsx'
import { IconBack, IconPlus } from '../../kit/icons.ts'
import { MenuButton } from '../../kit/menu.tsx'
import { address, goTo } from '../../kit/router.ts'
import { cards, loadCards } from './book.ts'
import { isGroup } from './card.ts'
import { found, listed } from './card-order.ts'
import { ContactEditor } from './contact-editor.tsx'
import { ContactIndex, ContactList } from './contact-list.tsx'
import { ContactView } from './contact-view.tsx'
import { contactWords } from './contact-words.ts'
import './contacts.css'
import { exportCards, importFile, type ExportFormat } from './files.ts'
import { GroupEditor } from './group-editor.tsx'
import { LeftOutDialog } from './left-out-dialog.tsx'
import { emptyForm, formOf } from './person-form.ts'

const Files = (): JSX.Element => {
  const text = contactWords()
  const input = useRef<HTMLInputElement>(null)
  const state = useSignal('')
  const written: readonly (readonly [ExportFormat, string])[] = [
    ['vcard3', text.exportVcard], ['vcard4', text.exportVcard4], ['csv', text.exportCsv], ['csvShiftJis', text.exportCsvSjis],
  ]
  return (
    <>
      <MenuButton
        label={text.files}
        items={[
          { label: text.importFile, run: () => input.current?.click() },
          ...written.map(([format, label], at) => ({ label, run: () => exportCards(format), apart: at === 0 })),
        ]}
      />
      <input
        ref={input} class="only-heard" type="file" accept=".vcf,.vcard,.csv,text/vcard,text/csv" tabIndex={-1} aria-label={text.importFile}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file === undefined) return
          void importFile(file, (done, all) => (state.value = contactWords().importing(done, all))).finally(() => (state.value = ''))
        }}
      />
      <span role="status">{state.value}</span>
      <LeftOutDialog />
    </>
  )
}

const Detail = ({ id, isEdit }: { id: string; isEdit: boolean }): JSX.Element => {
  const text = contactWords()
  const { search } = address.value
  if (id === 'new') {
    const start = { ...emptyForm, surname: search.get('name') ?? '', emails: [search.get('email') ?? ''] }
    return <ContactEditor key={search.toString()} before={undefined} start={start} />
  }
  if (id === 'new-group') return <GroupEditor before={undefined} />
  const card = cards.value?.find((one) => one.id === id)
  if (card === undefined) return <p class="contact-choose">{id === '' ? text.choose : text.nothingFound}</p>
  if (!isEdit) return <ContactView key={id} card={card} />
  return isGroup(card) ? <GroupEditor key={id} before={card} /> : <ContactEditor key={id} before={card} start={formOf(card)} />
}

const Side = ({ wanted, onWanted }: { wanted: string; onWanted: (text: string) => void }): JSX.Element => {
  const text = contactWords()
  const all = listed(cards.value ?? [])
  const shown = found(all, wanted)
  return (
    <div class="contacts-side">
      <div class="contacts-tools">
        <Button label={text.add} icon={IconPlus} kind="primary" onClick={() => goTo('/contacts/new')} />
        <Button label={text.addGroup} onClick={() => goTo('/contacts/new-group')} />
        <Files />
      </div>
      <Field label={text.search} type="search" value={wanted} onInput={onWanted} />
      <p class="contacts-count" role="status">
        {cards.value === undefined ? '' : all.length === 0 ? text.none : shown.length === 0 ? text.nothingFound : text.people(shown.length)}
      </p>
      <ContactIndex rows={new Set(shown.map(({ row }) => row))} />
      <div class="contacts-list">
        <ContactList items={shown} />
      </div>
    </div>
  )
}

const ContactsPage = (): JSX.Element => {
  const text = contactWords()
  const wanted = useSignal('')
  const failed = useSignal(false)
  const load = (): void => {
    failed.value = false
    loadCards().catch(() => (failed.value = true))
  }
  useEffect(load, [])
  const [, , id = '', action] = address.value.path.split('/')
  return (
    <div class={`contacts ${id === '' ? '' : 'contacts-one'}`}>
      <h1 class="contacts-title">{text.contacts}</h1>
      {failed.value ? (
        <div role="alert">
          <p>{text.notLoaded}</p>
          <Button label={text.again} onClick={load} />
        </div>
      ) : null}
      <Side wanted={wanted.value} onWanted={(next) => (wanted.value = next)} />
      <div class="contacts-detail">
        <Button class="contacts-back" label={text.back} icon={IconBack} kind="quiet" onClick={() => goTo('/contacts')} />
        {cards.value === undefined && id !== 'new' ? null : <Detail id={id} isEdit={action === 'edit'} />}
      </div>
    </div>
  )
}

export default ContactsPage
