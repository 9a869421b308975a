/** Planting that is interrupted and begun again: every message once, whatever had been said of it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { demoAccounts } from '../config/demo.ts'
import { mailOf } from './mailboxes.ts'
import { plantDemo } from './plant.ts'
import { stepsIn } from './steps.ts'

const idOf = (message: string): string => /^Message-ID: <([^>]+)>/im.exec(message)?.[1] ?? ''
const lineEnd = '\r\n'

/** An IMAP server of few words, which files what it is given and ends the connection instead of the answer to the APPENDs named. */
const fakeImap = async (breaksAt: readonly number[]) => {
  const filed = new Map<string, string[]>()
  let appends = 0
  let selected = ''
  const answer = (socket: Socket, command: string): void => {
    const [, tag = '', verb = '', quoted = ''] = /^(\S+) (\S+)(?: "([^"]*)")?/.exec(command) ?? []
    const mailbox = Buffer.from(quoted, 'latin1').toString('utf8')
    if (verb === 'EXAMINE') selected = mailbox
    if (verb === 'SEARCH') {
      const id = /"([^"]+)"$/.exec(command.trimEnd())?.[1] ?? ''
      socket.write(`* SEARCH${(filed.get(selected) ?? []).some((message) => idOf(message) === id) ? ' 1' : ''}${lineEnd}`)
    }
    if (verb === 'APPEND') {
      const messages = [...command.matchAll(/\{(\d+)\+\}\r\n/g)].map((found) => command.slice(found.index + found[0].length).slice(0, Number(found[1])))
      filed.set(mailbox, [...(filed.get(mailbox) ?? []), ...messages.filter((message) => idOf(message) !== '')])
      if (breaksAt.includes(appends += 1)) return void socket.destroy()
    }
    socket.write(`${tag} OK${lineEnd}`)
  }
  const server = createServer((socket) => {
    let held = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1')
      for (;;) {
        // A command ends at the line that no literal follows.
        let end = held.indexOf(lineEnd)
        for (let literal = /\{(\d+)\+\}$/.exec(held.slice(0, end)); end >= 0 && literal !== null; literal = /\{(\d+)\+\}$/.exec(held.slice(0, end))) {
          const after = end + 2 + Number(literal[1])
          end = held.length < after ? -1 : held.indexOf(lineEnd, after)
        }
        if (end < 0) return
        const command = held.slice(0, end)
        held = held.slice(end + 2)
        answer(socket, command)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { filed, port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() }
}

test('a planting that was interrupted goes on where it was: each message once', async () => {
  const place = mkdtempSync(join(tmpdir(), 'bulkhead-plant-'))
  try {
    const account = demoAccounts.find(({ address, cell }) => mailOf(address, Date.now(), `mx.${cell}.example`).length > 100) ?? assert.fail()
    using server = await fakeImap([2, 4])
    const host = { address: '127.0.0.1', portBase: server.port - 143, hostName: 'mx.one.example', plainWeb: false }
    const file = join(place, 'demo-planted')
    const beganAtMs = Date.UTC(2026, 10, 21)
    for (const again of [0, 1]) await assert.rejects(plantDemo(host, account, stepsIn(file, beganAtMs + again * 60_000)), /the connection ended/)
    for (const again of [2, 3]) await plantDemo(host, account, stepsIn(file, beganAtMs + again * 60_000))
    const wanted = mailOf(account.address, beganAtMs, host.hostName)
    for (const [mailbox, all] of Map.groupBy(wanted, (one) => one.mailbox)) {
      const ids = (server.filed.get(mailbox) ?? []).map(idOf)
      assert.deepEqual(ids.toSorted(), all.map(({ message }) => idOf(message.toString('latin1'))).toSorted(), mailbox)
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
