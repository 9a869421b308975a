/** A client that applies ADDTO and REMOVEFROM as it is told has, after any history, what asking again would give it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryAccount, sessionOf } from '../../../test/golden/in-process.ts'
import { generatedMail } from '../../../test/bench/mails.ts'

const step = fc.oneof(
  fc.record({ is: fc.constant('flag' as const), at: fc.integer({ min: 1, max: 8 }), on: fc.boolean() }),
  fc.record({ is: fc.constant('append' as const), number: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ is: fc.constant('expunge' as const), at: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ is: fc.constant('look' as const) }),
)

const expanded = (set: string): number[] =>
  set.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split(':').map(Number)
    const [low, high] = [Math.min(from, to), Math.max(from, to)]
    const numbers = Array.from({ length: high - low + 1 }, (_, at) => low + at)
    return from <= to ? numbers : numbers.toReversed()
  })

const apply = (results: Map<string, number[]>, line: string): void => {
  const [, tag = '', items = ''] = /^\* ESEARCH \(TAG "(\w+)"\) UID (.*)$/.exec(line) ?? []
  const result = results.get(tag)
  if (result === undefined) return
  for (const [, name = '', pairs = ''] of items.matchAll(/(ADDTO|REMOVEFROM) \(([^)]*)\)/g)) {
    for (const [, position = '', set = ''] of pairs.matchAll(/(\d+) ([\d:,]+)/g)) {
      const uids = expanded(set)
      if (name === 'ADDTO') result.splice(Number(position) === 0 ? result.length : Number(position) - 1, 0, ...uids)
      else if (Number(position) === 0) for (const uid of uids) result.splice(result.indexOf(uid), 1)
      else assert.deepEqual(result.splice(Number(position) - 1, uids.length), uids)
    }
  }
}

test('what is told of a live result is what changed of it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const { account, close } = await memoryAccount()
    const [one, other] = [await sessionOf(account), await sessionOf(account)]
    const results = new Map<string, number[]>()
    let count = 0
    const run = async (client: typeof one.client, command: string, literal?: Buffer): Promise<readonly string[]> => {
      const tag = `t${(count += 1)}`
      client.send(Buffer.concat([Buffer.from(`${tag} ${command}${literal === undefined ? '' : ` {${literal.length}+}\r\n`}`), literal ?? Buffer.alloc(0), Buffer.from('\r\n')]))
      const lines: string[] = []
      for (;;) {
        const line = await client.line()
        if (line.startsWith(`${tag} `)) return lines
        if (client === one.client) apply(results, line)
        lines.push(line)
      }
    }
    const append = (number: number): Promise<unknown> => run(other.client, 'APPEND INBOX', generatedMail(number, 300))
    const asked = async (command: string): Promise<number[]> => {
      const line = (await run(one.client, command)).find((each) => each.startsWith('* ESEARCH')) ?? ''
      const set = / ALL ([\d:,]+)$/.exec(line)?.[1]
      return set === undefined ? [] : expanded(set)
    }
    for (let number = 0; number < 4; number += 1) await append(number)
    for (const client of [one.client, other.client]) await run(client, 'SELECT INBOX')
    const sort = 'UID SORT RETURN (ALL UPDATE) (SUBJECT REVERSE ARRIVAL) UTF-8 UNFLAGGED'
    const search = 'UID SEARCH RETURN (ALL UPDATE) FLAGGED'
    for (const command of [sort, search]) {
      const found = await asked(command)
      results.set(`t${count}`, found)
    }
    const [sorted, searched] = [...results.keys()]
    for (const each of steps) {
      if (each.is === 'append') await append(each.number)
      else if (each.is === 'look') await run(one.client, 'NOOP')
      else if (each.is === 'flag') await run(other.client, `UID STORE ${each.at} ${each.on ? '+' : '-'}FLAGS.SILENT (\\Flagged)`)
      else {
        await run(other.client, `UID STORE ${each.at} +FLAGS.SILENT (\\Deleted)`)
        await run(other.client, 'EXPUNGE')
      }
    }
    await run(one.client, 'NOOP')
    const told = [results.get(sorted ?? ''), results.get(searched ?? '')?.toSorted((left, right) => left - right)]
    assert.deepEqual(told, [await asked(sort.replace(' UPDATE', '')), await asked(search.replace(' UPDATE', ''))])
    for (const { hangUp, ended } of [one, other]) {
      hangUp()
      await ended
    }
    await close()
  }), { numRuns: 60 })
})
