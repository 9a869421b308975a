/** Plays a transcript over any transport: the session in this process, or the platform over TLS. */
import assert from 'node:assert/strict'
import { prepare } from './given.ts'
import { filled, isAsTold, type Bound, type Step, type Transcript } from './transcript.ts'
import type { Client, World } from './world.ts'

const soughtMax = 1_000
const crlf = Buffer.from('\r\n')

interface Stage {
  readonly clients: Map<number, Client>
  readonly never: Map<number, string[]>
  readonly bound: Bound
}

const lineFor = async (stage: Stage, client: Client, step: Extract<Step, { client: number }>): Promise<string> => {
  const line = await client.line().catch((error: unknown) => {
    throw new Error(`line ${step.at}: waited for ${JSON.stringify(step.text)}`, { cause: error })
  })
  for (const forbidden of stage.never.get(step.client) ?? []) {
    assert.ok(!isAsTold(forbidden, line, new Map(stage.bound)), `line ${step.at}: must not appear: ${line}`)
  }
  return line
}

const act = async (stage: Stage, client: Client, step: Extract<Step, { client: number }>): Promise<void> => {
  switch (step.is) {
    case 'send':
      stage.never.delete(step.client)
      client.send(Buffer.concat([filled(step.text, stage.bound), crlf]))
      return
    case 'compress':
      client.compress()
      return
    case 'secure':
      client.secure()
      return
    case 'never':
      stage.never.set(step.client, [...(stage.never.get(step.client) ?? []), step.text])
      return
    case 'expect': {
      const line = await lineFor(stage, client, step)
      assert.ok(isAsTold(step.text, line, stage.bound), `line ${step.at}: expected ${step.text}\n  but got ${line}`)
      return
    }
    case 'seek':
      for (let count = 0; count < soughtMax; count += 1) {
        if (isAsTold(step.text, await lineFor(stage, client, step), stage.bound)) return
      }
      assert.fail(`line ${step.at}: never came: ${step.text}`)
  }
}

export const play = async ({ steps }: Transcript, world: World): Promise<void> => {
  const stage: Stage = { clients: new Map(), never: new Map(), bound: new Map(world.words) }
  const others = new Set<number>()
  const isOther = (number: number): void => void others.add(number)
  const clientOf = async (number: number): Promise<Client> => {
    const known = stage.clients.get(number)
    if (known !== undefined) return known
    const client = await (others.has(number) ? world.neighbour : world)?.connect()
    assert.ok(client, 'a world with a neighbour')
    stage.clients.set(number, client)
    return client
  }
  try {
    for (const step of steps) {
      if (step.is === 'given') await prepare(step.text, world, clientOf, isOther)
      else await act(stage, await clientOf(step.client), step)
    }
  } finally {
    for (const client of stage.clients.values()) await client.close()
  }
}
