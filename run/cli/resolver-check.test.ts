import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reply, soaOf, tinyDns, type React } from '@bulkhead/flow/testing/dns-server.ts'
import { parseConfig } from '../config/load.ts'
import { checkResolvers } from './resolver-check.ts'

const findingsWith = async (port: number) =>
  (await checkResolvers(parseConfig(`dns: { servers: ["127.0.0.1:${port}"] }\ncells:\n  - id: minato\n    hostName: mx.minato.example\n`, 'x'))).map(({ is, what }) => `${is}: ${what}`)

const findings = async (react: React) => {
  await using tiny = await tinyDns(react)
  return { port: tiny.server.port, found: await findingsWith(tiny.server.port) }
}

test('a resolver validates, does not, or does not answer', async () => {
  const good = await findings((asked) => [reply(asked, { answers: [soaOf('')] })])
  assert.deepEqual(good.found, [`right: the resolver 127.0.0.1 port ${good.port} validates`])
  const blind = await findings((asked) => [reply(asked, { header: { authenticData: false }, answers: [soaOf('')] })])
  assert.match(blind.found.join(), /^warning: the resolver .* does not validate/)
  const refusing = await findings((asked) => [reply(asked, { header: { responseCode: 5 } })])
  assert.match(refusing.found.join(), /^wrong: the resolver .* does not answer/)
})

test('in demonstration nobody needs a resolver', async () => {
  assert.deepEqual(await checkResolvers(parseConfig('demo: true\ncells:\n  - id: minato\n    hostName: mx.minato.example\n', 'x')), [])
})
