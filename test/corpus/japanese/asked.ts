/**
 * What an IMAP client gets to know of the cases' mails: a mailbox that holds them in order, and then their twins, is
 * searched, sorted, threaded and listed. The same in this process and against the running platform.
 */
import assert from 'node:assert/strict'
import type { Client } from '../../golden/world.ts'
import { japaneseCases } from './cases.ts'

/** `texts`: sent as literals after the words before them. Gives what was answered, the tagged line left out. */
const asked = async (client: Client, command: string, ...texts: readonly string[]): Promise<string> => {
  const literals = texts.map((text) => `{${Buffer.byteLength(text)}+}\r\n${text}`)
  client.send(Buffer.from(`${[`t ${command}`, ...literals].join(' ')}\r\n`))
  let answer = ''
  for (;;) {
    const line = await client.line()
    if (line.startsWith('t ')) {
      assert.match(line, /^t OK /, `${command} ${texts.join(' ')}`)
      return answer
    }
    answer += `${line}\r\n`
  }
}

const numbersIn = (answer: string): readonly number[] => (answer.match(/\d+/g) ?? []).map(Number)
const found = async (client: Client, key: string, text: string): Promise<readonly number[]> =>
  numbersIn(await asked(client, `SEARCH CHARSET UTF-8 ${key}`, text))

const twinOf = (number: number): number => number + japaneseCases.length

const threaded = async (client: Client): Promise<void> => {
  const answer = await asked(client, 'THREAD ORDEREDSUBJECT UTF-8 ALL')
  const threads = (answer.match(/\([^()]*\)/g) ?? []).map((thread) => numbersIn(thread).join(' ')).sort()
  assert.deepEqual(threads, japaneseCases.map((_, at) => `${at + 1} ${twinOf(at + 1)}`).sort())
}

const sorted = async (client: Client): Promise<void> => {
  const order = numbersIn(await asked(client, 'SORT (SUBJECT) UTF-8 ALL'))
  assert.equal(order.length, 2 * japaneseCases.length)
  japaneseCases.forEach(({ name }, at) => assert.equal(order.indexOf(twinOf(at + 1)), order.indexOf(at + 1) + 1, name))
}

const listed = async (client: Client): Promise<void> => {
  const answer = await asked(client, `FETCH 1:${japaneseCases.length} (PREVIEW)`)
  const previews = [...answer.matchAll(/\* \d+ FETCH \(PREVIEW (?:"((?:[^"\\]|\\.)*)"|\{\d+\}\r\n([^\r\n]*))\)/g)]
  assert.deepEqual(previews.map(([, quoted, literal]) => literal ?? quoted), japaneseCases.map(({ preview }) => preview))
}

export const askOfJapanese = async (client: Client): Promise<void> => {
  await asked(client, 'SELECT INBOX')
  for (const [at, { name, subject, from, finds }] of japaneseCases.entries()) {
    assert.deepEqual(await found(client, 'SUBJECT', subject), [at + 1, twinOf(at + 1)], name)
    assert.ok((await found(client, 'FROM', from)).includes(at + 1), name)
    for (const text of finds) assert.ok((await found(client, 'TEXT', text)).includes(at + 1), `${name}: ${text}`)
  }
  await threaded(client)
  await sorted(client)
  await listed(client)
}
