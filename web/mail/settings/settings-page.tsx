import { useSignal } from '@preact/signals'
import { createElement, type JSX } from 'preact'
import { Field } from '../../kit/field.tsx'
import { lazy } from '../../kit/lazy.tsx'
import { address } from '../../kit/router.ts'
import { settingsPages } from './pages.ts'
import './settings.css'
import { words } from './words.ts'

const bodies = new Map(settingsPages.map((page) => [page.name, lazy(page.load)]))

const matches = (wanted: string, page: (typeof settingsPages)[number]): boolean => {
  const folded = wanted.normalize('NFKC').toLowerCase().trim()
  return `${page.title()} ${page.finds}`.normalize('NFKC').toLowerCase().includes(folded)
}

const SettingsPage = (): JSX.Element => {
  const text = words()
  const wanted = useSignal('')
  const name = address.value.path.split('/')[2] ?? ''
  const current = settingsPages.find((page) => page.name === name || page.before === name) ?? settingsPages[0]
  const shown = settingsPages.filter((page) => matches(wanted.value, page))
  const Body = bodies.get(current?.name ?? '')
  return (
    <div class="settings">
      <h1 class="settings-title">{text.settings}</h1>
      <nav class="settings-nav" aria-label={text.settings}>
        <Field label={text.search} type="search" value={wanted.value} onInput={(value) => (wanted.value = value)} />
        {shown.length === 0 ? <p>{text.nothing}</p> : null}
        <ul>
          {shown.map((page) => (
            <li key={page.name}>
              <a href={`/settings/${page.name}`} aria-current={page === current ? 'page' : undefined}>
                {page.title()}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <section class="settings-body" aria-labelledby="settings-heading">
        <h2 id="settings-heading">{current?.title()}</h2>
        {Body === undefined ? null : createElement(Body, {})}
      </section>
    </div>
  )
}

export default SettingsPage
