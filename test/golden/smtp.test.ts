/** Plays every transcript of port 25 against a gate and an intake in this process, over sockets. */
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testReception } from '@bulkhead/flow/testing/reception.ts'
import { entryOf } from '@bulkhead/mail/filtering/entries.ts'
import { noFilter } from '@bulkhead/mail/ports/directory.ts'
import { house, type House } from '@bulkhead/front/gate/testing/fakes.ts'
import { lineClient } from './line-client.ts'
import { play } from './player.ts'
import type { World } from './world.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'smtp')
const login = 'alice@hikari.example'
/** Has a list of those whose mail it refuses. */
const strict = 'strict@hikari.example'
let gate: House
let reception: Awaited<ReturnType<typeof testReception>>

before(async () => {
  reception = await testReception()
  await reception.addAccount([login])
  const { account } = await reception.addAccount([strict])
  const deny = entryOf(reception.listKey, account, 'deny', 'denied.example')
  reception.lookup.change(strict, { filter: { ...noFilter, deny } })
  gate = await house({ intakeAt: reception.paths.gate })
})

after(async () => {
  await gate?.[Symbol.asyncDispose]()
  await reception?.[Symbol.asyncDispose]()
})

const world = (): World => ({
  words: [['login', login], ['strict', strict]],
  connect: async () => lineClient(connect({ host: '127.0.0.1', port: gate.ports.smtp })),
})

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => play(transcript, world()))
}
