import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Forest } from './forest.ts'
import { refsForest } from './latest.ts'
import { placesInOrder } from './places.ts'
import { atOnce } from './steps.ts'
import { naiveReferences, type Plain, type Tree } from './testing/naive-references.ts'
import { orderedSubjectForest, referencesForest } from './subjects.ts'
import { columnsAt, threadColumns, type ThreadColumns } from './thread-columns.ts'

const columnsOf = (messages: readonly Plain[]): ThreadColumns => {
  const builder = threadColumns()
  for (const message of messages) builder.add(message, 0)
  return builder.columns()
}

const treesOf = (forest: Forest): readonly Tree[] => {
  const treeOf = (node: number): Tree => ({ place: node < forest.count ? node : null, children: [...forest.childrenOf(node)].map(treeOf) })
  return [...forest.roots].map(treeOf)
}

/** In the order shown, by a walk that ends only where nothing is its own ancestor. */
const placesIn = (forest: Forest): readonly number[] => {
  const open = [...forest.roots]
  for (let at = 0; at < open.length && open.length <= forest.count * 2 + 1; at += 1) open.push(...forest.childrenOf(open[at] ?? 0))
  return open.filter((node) => node < forest.count)
}

const id = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f', 'g')
const message: fc.Arbitrary<Plain> = fc.record({
  messageId: id,
  references: fc.array(id.filter((one) => one !== ''), { maxLength: 4 }),
  baseSubject: fc.constantFrom('', 'X', 'Y', 'Z'),
  isReply: fc.boolean(),
  sentMs: fc.integer({ min: 0, max: 5 }),
})
const mailbox = fc.array(message, { maxLength: 12 })

const forests = (messages: readonly Plain[]): readonly Forest[] => {
  const columns = columnsOf(messages)
  return [referencesForest(columns), orderedSubjectForest(columns), refsForest(columns, columns.sentMs)].map(atOnce)
}

test('REFERENCES is what RFC 5256 section 3 says step by step', () => {
  fc.assert(fc.property(mailbox, (messages) => {
    assert.deepEqual(treesOf(atOnce(referencesForest(columnsOf(messages)))), naiveReferences(messages))
  }), { numRuns: 2_000 })
})

test('every message is in a thread once, whatever the references say', () => {
  fc.assert(fc.property(mailbox, (messages) => {
    const all = messages.map((_, place) => place)
    for (const forest of forests(messages)) assert.deepEqual(placesIn(forest).toSorted((left, right) => left - right), all)
  }), { numRuns: 500 })
})

test('siblings stand in order, those of REFS by the latest message below them', () => {
  fc.assert(fc.property(mailbox, (messages) => {
    const columns = columnsOf(messages)
    const { sentMs } = columns
    const rank = new Map(Array.from(atOnce(placesInOrder(sentMs)), (place, at) => [place, at] as const))
    const forest = atOnce(refsForest(columns, sentMs))
    const latest = (node: number): number => Math.max(rank.get(node) ?? -1, ...[...forest.childrenOf(node)].map(latest))
    const inOrder = (siblings: Uint32Array): void => {
      const ranks = [...siblings].map(latest)
      assert.deepEqual(ranks, ranks.toSorted((left, right) => left - right))
      for (const node of siblings) inOrder(forest.childrenOf(node))
    }
    inOrder(forest.roots)
  }), { numRuns: 500 })
})

test('some of the messages are joined as if there were no others', () => {
  fc.assert(fc.property(mailbox, fc.func(fc.boolean()), (messages, isChosen) => {
    const places = messages.flatMap((_, place) => (isChosen(place) ? [place] : []))
    const chosen = messages.filter((_, place) => places.includes(place))
    assert.deepEqual(treesOf(atOnce(referencesForest(columnsAt(columnsOf(messages), places)))), naiveReferences(chosen))
  }), { numRuns: 300 })
})

test('mail made to be costly is joined as far as the steps go, and nothing is lost', () => {
  const count = 20_000
  const plain = { baseSubject: '', isReply: false, sentMs: 0 }
  const chain = Array.from({ length: count }, (_, place): Plain => ({ ...plain, messageId: `${place}`, references: [`${place - 1}`] }))
  const nested = Array.from({ length: count }, (_, place): Plain =>
    ({ ...plain, messageId: `m${place}`, references: [`m${place - 1}`, `m${place + 1}`, `${count - 1 - place}`] }))
  const columns = columnsOf([...chain, ...nested])
  const arrived = Float64Array.from({ length: columns.count }, (_, place) => place)
  assert.equal(new Set(placesIn(atOnce(refsForest(columns, arrived)))).size, columns.count)
})
