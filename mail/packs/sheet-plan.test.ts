import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { IndexPackLine, SheetLine } from '../ports/pack-store.ts'
import { fullMessages, isFull, nextSheet } from './sheet-plan.ts'

const id = (number: number): MessageId => String(number).padStart(8, '0') as MessageId
const digestBytes = 600

const sum = (lines: readonly { readonly messages: number }[]): number => lines.reduce((all, { messages }) => all + messages, 0)

/** Does what is planned until nothing is, as the maker does; gives the messages that were turned. */
const made = (packs: readonly IndexPackLine[], sheets: SheetLine[]): number => {
  let turned = 0
  for (let turn = 0; ; turn += 1) {
    assert.ok(turn < 200, 'it ends')
    const plan = nextSheet(packs, sheets)
    if (plan === undefined) return turned
    const taken: IndexPackLine[] = []
    for (const pack of plan.packs) {
      taken.push(pack)
      if (isFull({ messages: sum(taken), sizeBytes: sum(taken) * digestBytes })) break
    }
    for (const old of plan.replaces) sheets.splice(sheets.indexOf(old), 1)
    const [first, last] = [taken[0], taken.at(-1)]
    if (first === undefined || last === undefined) continue
    turned += sum(taken)
    sheets.push({ sheet: String(turn) + first.pack, first: first.first, last: last.last, messages: sum(taken), sizeBytes: sum(taken) * digestBytes })
    sheets.sort((one, other) => (one.first < other.first ? -1 : 1))
  }
}

const consistent = (packs: readonly IndexPackLine[], sheets: readonly SheetLine[]): void => {
  assert.equal(sum(sheets), sum(packs), 'every pack is in a sheet, once')
  for (const [at, sheet] of sheets.entries()) assert.ok(at === 0 || (sheets[at - 1]?.last ?? '') < sheet.first, 'no two overlap')
}

test('however packs come, are made anew and go, every one comes to lie in a sheet', () => {
  const step = fc.record({ adds: fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 4 }), shrinks: fc.option(fc.nat(), { nil: null }), goes: fc.option(fc.nat(), { nil: null }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const packs: IndexPackLine[] = []
      const sheets: SheetLine[] = []
      let number = 0
      for (const { adds, shrinks, goes } of steps) {
        for (const messages of adds) {
          packs.push({ pack: String(number), first: id(number), last: id(number + 1), messages })
          number += 2
        }
        const old = shrinks === null ? undefined : packs[shrinks % Math.max(1, packs.length)]
        if (old !== undefined) packs[packs.indexOf(old)] = { ...old, pack: `${old.pack}'`, messages: old.messages + 1 }
        if (goes !== null) packs.splice(goes % Math.max(1, packs.length), 1)
        made(packs, sheets)
        consistent(packs, sheets)
      }
    }),
    { numRuns: 200 },
  )
})

test('an account that grows a pack at a time has few sheets, and turns a message four times', () => {
  const packs: IndexPackLine[] = []
  const sheets: SheetLine[] = []
  let turned = 0
  for (let number = 0; number < 200; number += 1) {
    packs.push({ pack: String(number), first: id(2 * number), last: id(2 * number + 1), messages: 500 })
    turned += made(packs, sheets)
  }
  consistent(packs, sheets)
  assert.ok(sheets.length <= Math.ceil(100_000 / (fullMessages / 2.5)) + 6, `${sheets.length} sheets`)
  assert.ok(turned <= 4 * 100_000, `${turned} turned`)
})
