import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import type { Start, ToProcess } from '@bulkhead/door/contracts/start.ts'
import { keep } from './keeper.ts'

/** A process that is ready when it has been told to be by a line of its input, and writes what it hears. */
const program = `
process.on('message', (message) => {
  if (message.say === 'stop') process.exit(0)
  if (message.say !== 'health') console.log(JSON.stringify(message))
})
process.stdin.once('data', () => process.send({ say: 'ready' }))
`

const mailrooms = (...names: readonly string[]): ToProcess => ({ say: 'mailrooms', mailrooms: names.map((name) => ({ name, publicKey: '', path: '' })) })

test('a process that was starting while facts changed hears the newest of each kind when it is ready', { timeout: 60_000 }, async () => {
  const lines: string[] = []
  const heard = Promise.withResolvers<void>()
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] })
  const kept = keep({
    name: 'test/one',
    launch: () => child,
    start: () => ({}) as Start,
    onReady: () => kept.send({ say: 'intakes', intakes: ['after'] }),
    log(line) {
      lines.push(line)
      if (line.includes('after')) heard.resolve()
    },
    onTrouble: () => undefined,
  })
  kept.send(mailrooms('one'))
  kept.send({ say: 'routes', routes: [] })
  kept.send(mailrooms('one', 'two'))
  child.stdin?.write('go')
  await kept.ready
  await heard.promise
  assert.deepEqual(lines.map((line) => JSON.parse(line) as unknown), [
    { say: 'start', start: {} }, mailrooms('one', 'two'), { say: 'routes', routes: [] }, { say: 'intakes', intakes: ['after'] },
  ])
  await kept.stop(Date.now() + 30_000)
})
