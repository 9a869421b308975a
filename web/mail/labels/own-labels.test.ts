import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Mailbox } from '../jmap/types.ts'
import { labelsOf, stateOf, turned } from './own-labels.ts'

const mailbox = (id: string, role: string | null): Mailbox => ({ id, role }) as Mailbox

test('labels are the mailboxes that people made, but for the one that is looked at', () => {
  const all = [mailbox('in', 'inbox'), mailbox('work', null), mailbox('home', null), mailbox('old', null)]
  const ids = { in: true, work: true, home: true } as const
  assert.deepEqual(labelsOf(ids, all).map(({ id }) => id), ['work', 'home'])
  assert.deepEqual(labelsOf(ids, all, 'work').map(({ id }) => id), ['home'])
})

test('a label of several messages is on, off, or of some; a click makes some all, and all none', () => {
  const [a, b] = [{ mailboxIds: { work: true } as const }, { mailboxIds: {} }]
  assert.deepEqual([stateOf('work', [a, a]), stateOf('work', [b]), stateOf('work', [a, b]), stateOf('work', [])], ['on', 'off', 'some', 'off'])
  assert.deepEqual([turned('some'), turned('off'), turned('on')], [true, true, false])
})

const luminance = (colour: string): number => {
  const part = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

test('every colour of a label can be read on its own ground, and its dot be seen on the page, light and dark (WCAG 1.4.3, 1.4.11)', () => {
  const sheet = readFileSync(join(import.meta.dirname, '../../kit/tokens.css'), 'utf8')
  const [light = '', dark = ''] = sheet.split(":root[data-theme='dark']")
  for (const [theme, text] of [['light', light], ['dark', dark]] as const) {
    const token = (name: string): string => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(text)?.[1] ?? assert.fail(`${theme} has no ${name}`)
    const names = [...text.matchAll(/--label-([a-z]+):/g)].map(([, name]) => name ?? '')
    assert.equal(names.length, 8, theme)
    for (const name of names) {
      const colour = token(`label-${name}`)
      assert.ok(contrast(colour, token(`label-${name}-soft`)) >= 4.5, `${theme} ${name}`)
      for (const ground of ['pane', 'ground', 'hover'] as const) assert.ok(contrast(colour, token(ground)) >= 3, `${theme} ${name} on ${ground}`)
    }
  }
})
