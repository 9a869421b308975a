/** The colour of each label: a setting of the account, so that it is the same on every device. */
import { signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import type { GetAnswer, Id } from '../jmap/types.ts'

/** Tokens of `kit/tokens.css`. */
export const colours = ['grey', 'red', 'orange', 'green', 'teal', 'blue', 'purple', 'pink'] as const
export type Colour = (typeof colours)[number]

const subject = 'labels'
const plain: Colour = 'grey'

type Chosen = Readonly<Record<Id, Colour>>

const chosen = signal<Chosen>({})

const isColour = (value: unknown): value is Colour => colours.some((colour) => colour === value)

const read = (setting: Readonly<Record<string, unknown>> | undefined): Chosen => {
  const kept = setting?.['colours']
  if (typeof kept !== 'object' || kept === null) return {}
  return Object.fromEntries(Object.entries(kept).filter((entry): entry is [Id, Colour] => isColour(entry[1])))
}

export const loadColours = async (): Promise<void> => {
  const { list } = await call<GetAnswer<Readonly<Record<string, unknown>>>>('Setting/get', { ids: [subject] })
  chosen.value = read(list[0])
}

export const colourOf = (mailbox: Id): Colour => chosen.value[mailbox] ?? plain

/** Shown at once; turned back where the server does not take it. `exists`: colours of mailboxes that are gone go too. */
export const setColour = async (mailbox: Id, colour: Colour, exists: (id: Id) => boolean): Promise<void> => {
  const before = chosen.peek()
  const next = Object.fromEntries(Object.entries({ ...before, [mailbox]: colour }).filter(([id]) => exists(id)))
  chosen.value = next
  try {
    await call('Setting/set', { update: { [subject]: { colours: next } } })
  } catch (error) {
    chosen.value = before
    throw error
  }
}
