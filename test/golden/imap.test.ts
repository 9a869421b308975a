/** Plays every IMAP transcript against sessions in this process. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inProcessWorld, memoryNeighbours } from './in-process.ts'
import { play } from './player.ts'
import { parseTranscript } from './transcript.ts'

const folder = join(import.meta.dirname, 'imap')

for (const name of readdirSync(folder).sort()) {
  const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'))
  test(`${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => {
    const { account, neighbour, close } = await memoryNeighbours()
    try {
      await play(transcript, inProcessWorld(account, neighbour))
    } finally {
      await close()
    }
  })
}
