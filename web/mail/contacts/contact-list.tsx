import type { JSX } from 'preact'
import { announce } from '../../kit/live.tsx'
import { address } from '../../kit/router.ts'
import { firstOf, isGroup } from './card.ts'
import { indexRows, type IndexRow, type Listed } from './card-order.ts'
import { pathOfCard } from './card-path.ts'
import { contactWords } from './contact-words.ts'

/** Rows drawn; a longer book is searched. */
const drawnMax = 2_000

const Row = ({ item }: { item: Listed }): JSX.Element => {
  const { card, name, yomi } = item
  const path = pathOfCard(card.id)
  const below = isGroup(card) ? contactWords().group : [firstOf(card.organizations)?.name, firstOf(card.emails)?.address].filter(Boolean).join(' ・ ')
  return (
    <li>
      <a class="contact-row" href={path} aria-current={address.value.path === path ? 'true' : undefined}>
        <span class="contact-name">
          {name}
          {yomi === '' ? null : <span class="contact-yomi">{yomi}</span>}
        </span>
        <span class="contact-below one-line">{below}</span>
      </a>
    </li>
  )
}

const rowId = (row: IndexRow): string => `contacts-row-${indexRows.indexOf(row)}`

/** あかさたな: to where those readings begin. */
export const ContactIndex = ({ rows }: { rows: ReadonlySet<IndexRow> }): JSX.Element => (
  <nav class="contact-index" aria-label={contactWords().index}>
    {indexRows.map((row) => (
      <button
        key={row} type="button" class="contact-index-row" disabled={!rows.has(row)}
        onClick={() => {
          const heading = document.getElementById(rowId(row))
          heading?.scrollIntoView({ block: 'start' })
          heading?.focus({ preventScroll: true })
          announce(row)
        }}
      >
        {row}
      </button>
    ))}
  </nav>
)

export const ContactList = ({ items }: { items: readonly Listed[] }): JSX.Element => {
  const drawn = items.slice(0, drawnMax)
  const rows = indexRows.map((row) => ({ row, items: drawn.filter((item) => item.row === row) })).filter((one) => one.items.length > 0)
  return (
    <>
      {rows.map(({ row, items: some }) => (
        <section key={row} aria-labelledby={rowId(row)}>
          <h2 class="contact-heading" id={rowId(row)} tabIndex={-1}>
            {row}
          </h2>
          <ul>
            {some.map((item) => (
              <Row key={item.card.id} item={item} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
