/**
 * Mail on its way out: submitted by customers over 10 parallel sessions, until the server of somebody else has all of it.
 * Bulkhead asks for a login, checks who may send as whom, counts, signs with two DKIM keys and seals its queue; Postfix takes the
 * same messages from loopback as its own network.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { plantAccounts, startPlatform } from '../../platform/platform.ts'
import { domain, logins, median, password, type RowGroup } from '../bench.ts'
import { deliver, type Login } from '../load/deliver.ts'
import { countingSink, type CountingSink } from '../load/sink.ts'
import { generatedMail } from '../mails.ts'
import { startPostfix } from '../peers/postfix.ts'

const waitMs = 180_000
const postfixPort = 19_026
const far = 'sink.example'

interface Rates {
  readonly accepted: number
  readonly relayed: number
}

/** What one customer sends, in a session of their own. */
const jobsOf = (from: string, first: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    forwardPath: `someone${first + at}@${far}`,
    message: Buffer.from(generatedMail(first + at, 10_240).toString('latin1').replace(/<sender\d+@peer\.example>/, `<${from}>`), 'latin1'),
  }))

/** Messages a second: until the last is accepted, and until the last is at the far end. */
const ratesOf = async (port: number, sink: CountingSink, messages: number, loginOf: (from: string) => { readonly login?: Login }): Promise<Rates> => {
  const before = sink.taken()
  const each = Math.floor(messages / logins.length)
  const senders = logins.map((name, at) => ({ from: `${name}@${domain}`, jobs: jobsOf(`${name}@${domain}`, at * each, each) }))
  const begun = performance.now()
  const done = await Promise.all(senders.map(({ from, jobs }) => deliver({ port, lmtp: false, sessions: 1, reversePath: from, jobs, ...loginOf(from) })))
  const refused = done.flatMap((one) => one.refused)
  if (refused.length > 0) throw new Error(`${refused.length} of ${messages} refused: ${refused[0] ?? ''}`)
  const acceptedSeconds = (performance.now() - begun) / 1_000
  while (sink.taken() - before < each * logins.length) {
    if (performance.now() - begun > waitMs) throw new Error(`${sink.taken() - before} of ${messages} came to the far end`)
    await sleep(10)
  }
  return { accepted: messages / acceptedSeconds, relayed: (messages * 1_000) / (performance.now() - begun) }
}

const medianRates = async (rounds: number, measure: () => Promise<Rates>): Promise<Rates> => {
  const all: Rates[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await measure())
  return { accepted: median(all.map(({ accepted }) => accepted)), relayed: median(all.map(({ relayed }) => relayed)) }
}

const oursWith = async (sink: CountingSink, messages: number, rounds: number): Promise<Rates> => {
  const cells = [{ id: 'out', name: 'Out', portBase: 17_500, settings: ['limits: { connectionsPerPeer: 5000 }'] }]
  await using platform = await startPlatform({ cells, metricsPort: 17_464, routes: [{ domain: far, host: '127.0.0.1', port: sink.port }] })
  await plantAccounts(platform, 'out', domain, logins, password)
  const none = ['recipients', 'messages-hour', 'messages-day', 'recipients-hour', 'recipients-day'].flatMap((limit) => [`--${limit}`, 'none'])
  await platform.must(['plan', 'set', 'out', 'ordinary', ...none, '--hold-bursts', 'off'])
  return await medianRates(rounds, () => ratesOf(platform.portOf('out', 587), sink, messages, (user) => ({ login: { user, password } })))
}

const postfixWith = async (sink: CountingSink, messages: number, rounds: number): Promise<Rates> => {
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'))
  try {
    const extra = `relayhost = [127.0.0.1]:${sink.port}\nsmtp_tls_security_level = none\n`
    await using postfix = await startPostfix(join(root, 'postfix'), postfixPort, { transport: 'discard', domain: 'nobody.example', extra })
    return await medianRates(rounds, () => ratesOf(postfix.smtpPort, sink, messages, () => ({})))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export const relay: RowGroup = {
  name: 'relay',
  about: 'submission of 10 KB messages over 10 parallel sessions, and their way to a server elsewhere',
  async measure({ peers, messages, rounds, say }) {
    await using sink = await countingSink()
    const ours = await oursWith(sink, messages, rounds)
    say(`relay, Bulkhead: ${Math.round(ours.accepted)} accepted, ${Math.round(ours.relayed)} relayed a second`)
    const theirs = peers === undefined ? undefined : await postfixWith(sink, messages, rounds)
    if (theirs !== undefined) say(`relay, Postfix: ${Math.round(theirs.accepted)} accepted, ${Math.round(theirs.relayed)} relayed a second`)
    const row = (name: string, of: keyof Rates) =>
      ({ name, unit: 'messages/s', more: true, ours: ours[of], peers: theirs === undefined ? {} : { Postfix: theirs[of] } })
    return [row('submission, 10 KB, 10 sessions, accepted durably', 'accepted'), row('submission to the last message at a server elsewhere', 'relayed')]
  },
}
