/** What a transcript's `given` lines mean, done through the protocol itself, so that any transport can be prepared. */
import assert from 'node:assert/strict'
import { sample } from './samples.ts'
import type { Client, World } from './world.ts'

const told = async (client: Client, command: string | readonly [head: string, message: Buffer, tail?: string]): Promise<void> => {
  if (typeof command === 'string') client.send(Buffer.from(`g ${command}\r\n`))
  else client.send(Buffer.concat([Buffer.from(`g ${command[0]} {${command[1].length}+}\r\n`), command[1], Buffer.from(`${command[2] ?? ''}\r\n`)]))
  for (;;) {
    const line = await client.line()
    if (!line.startsWith('g ')) continue
    assert.match(line, /^g OK/, `given: ${JSON.stringify(command)}`)
    return
  }
}

type Clients = (number: number) => Promise<Client>
type Preparing = (words: readonly string[], host: Client, clients: Clients, isOther: (number: number) => void) => Promise<void>

const many = ['no', 'one', 'two', 'three', 'four', 'five']
const numberOf = (word: string): number => (many.includes(word) ? many.indexOf(word) : Number(word))

const preparations: readonly (readonly [pattern: RegExp, act: Preparing])[] = [
  [/^(\S+) has (\S+) messages?$/, async ([mailbox = '', count = ''], host) => {
    for (let number = 1; number <= numberOf(count); number += 1) {
      await told(host, [`APPEND ${mailbox} "0${number}-Jan-2026 10:00:00 +0000"`, sample(`plain-${number}`)])
    }
  }],
  [/^(\S+) holds (\S+)$/, async ([mailbox = '', name = ''], host) => {
    await told(host, [`APPEND ${mailbox} "01-Jan-2026 10:00:00 +0000"`, sample(name)])
  }],
  [/^client (\d) (?:is another account's|speaks IMAP)$/, async ([number = ''], _, __, isOther) => isOther(Number(number))],
  [/^maildrop is (\S+)(?: and (\S+))?$/, async ([first = '', second = ''], host) => {
    await told(host, ['SETMETADATA "" (/private/vendor/bulkhead/pop3-mailbox', Buffer.from(`${first}\n${second}`), ')'])
  }],
  [/^messages expire after (\S+) days$/, async ([days = ''], host) => {
    await told(host, `SETMETADATA "" (/private/vendor/bulkhead/pop3-expire-days "${numberOf(days)}")`)
  }],
  [/^mailbox (\S+)$/, async ([mailbox = ''], host) => told(host, `CREATE ${mailbox}`)],
  [/^message (\S+) of (\S+) has (.+)$/, async ([number = '', mailbox = '', flags = ''], host) => {
    await told(host, `SELECT ${mailbox}`)
    await told(host, `STORE ${number} FLAGS (${flags})`)
    await told(host, 'UNSELECT')
  }],
  [/^(\S+) clients? (?:has|have) (selected|examined) (\S+)$/, async ([count = '', how = '', mailbox = ''], _, clients) => {
    for (let number = 1; number <= numberOf(count); number += 1) {
      await told(await clients(number), `${how === 'selected' ? 'SELECT' : 'EXAMINE'} ${mailbox}`)
    }
  }],
]

/** `INBOX has 3 messages, mailbox Archive; two clients have selected INBOX` */
export const prepare = async (text: string, world: World, clients: Clients, isOther: (number: number) => void): Promise<void> => {
  const host = await (world.preparer?.() ?? world.connect())
  for (const part of text.split(/[,;] ?/)) {
    const found = preparations.flatMap(([pattern, act]) => {
      const match = pattern.exec(part)
      return match === null ? [] : [() => act(match.slice(1), host, clients, isOther)]
    })
    assert.equal(found.length, 1, `given: not understood: ${part}`)
    await found[0]?.()
  }
  await host.close()
}
