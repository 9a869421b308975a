/**
 * Kills processes of a running platform at random moments while mail comes in, and then counts: every acknowledged
 * message is there, exactly once; one that was not acknowledged is there at most once. Senders behave like MTAs: what was
 * not acknowledged they send again, the same bytes.
 */
import { connect, type Socket } from 'node:net'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendants } from '../bench/load/memory.ts'
import { openImap } from '../bench/load/imap.ts'
import { generatedMail, seeded } from '../bench/mails.ts'
import type { Platform } from '../platform/platform.ts'

export interface CrashPlan {
  readonly seed: number
  readonly senders: number
  readonly kills: number
  /** Local parts that receive; one domain. */
  readonly localParts: readonly string[]
  readonly domain: string
  readonly password: string
  readonly cell: string
}

export interface CrashReport {
  readonly sent: number
  readonly acknowledged: number
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly killed: readonly string[]
  readonly attempts: number
}

const attemptTimeoutMs = 20_000
const attemptsMax = 400
const recoveryMs = 120_000
/** Between two messages of a sender: the load goes on through every kill, it does not outrun them. */
const paceMs = 40

/** One message over a connection of its own; true only if its 250 was read. */
const sendOnce = (port: number, forwardPath: string, message: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    const steps = [
      'EHLO crash.example\r\n',
      `MAIL FROM:<sender@peer.example>\r\n`,
      `RCPT TO:<${forwardPath}>\r\n`,
      'DATA\r\n',
      Buffer.concat([message, Buffer.from('.\r\n')]),
    ]
    let at = 0
    let held = ''
    const finish = (sent: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(sent)
    }
    const timer = setTimeout(() => finish(false), attemptTimeoutMs)
    socket.setEncoding('latin1')
    socket.on('error', () => finish(false))
    socket.on('close', () => finish(false))
    socket.on('data', (chunk: string) => {
      held += chunk
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (line[3] === '-') continue
        if (!/^[23]/.test(line)) return finish(false)
        const step = steps[at]
        at += 1
        if (step === undefined) return finish(true)
        socket.write(step)
      }
    })
  })

const titleOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

interface Victim {
  readonly pid: number
  readonly name: string
}

/** Our processes by name from `status`, and PostgreSQL's postmaster and backends wherever they hang. */
const victims = async (platform: Platform): Promise<readonly Victim[]> => {
  const { out } = await platform.cli(['status', '--json'])
  const known = new Map([...out.matchAll(/"name":\s*"([^"]+)"[^{}]*?"pid":\s*(\d+)/g)].map((match) => [Number(match[2]), match[1] ?? '']))
  const postmasters = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => titleOf(pid).includes(platform.data) && titleOf(pid).includes('bin/postgres'))
  const pids = new Set([...descendants(platform.pid), ...postmasters.flatMap((pid) => descendants(pid))])
  pids.delete(platform.pid)
  return [...pids].flatMap((pid) => {
    const title = titleOf(pid)
    if (title === '') return []
    if (postmasters.includes(pid)) return [{ pid, name: 'postmaster' }]
    if (title.startsWith('postgres:')) return [{ pid, name: `postgres ${title.split(' ').slice(2, 4).join(' ')}` }]
    return [{ pid, name: known.get(pid) ?? 'unnamed' }]
  })
}

/** One kind after another, in an order of the seed's, so that a few rounds meet them all. */
const chooser = (random: () => number) => {
  const met = new Map<string, number>()
  return (candidates: readonly Victim[]): Victim | undefined => {
    const kindOf = ({ name }: Victim): string => (name.startsWith('postgres ') ? 'backend' : name)
    const least = Math.min(...candidates.map((victim) => met.get(kindOf(victim)) ?? 0))
    const fresh = candidates.filter((victim) => (met.get(kindOf(victim)) ?? 0) === least)
    const victim = fresh[Math.floor(random() * fresh.length)]
    if (victim !== undefined) met.set(kindOf(victim), least + 1)
    return victim
  }
}

const messageIdsOf = async (platform: Platform, plan: CrashPlan, localPart: string): Promise<readonly string[]> => {
  using client = await openImap(platform.portOf(plan.cell, 143))
  await client.run(`LOGIN "${localPart}@${plan.domain}" "${plan.password}"`)
  await client.run('SELECT INBOX')
  const { text } = await client.run('FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])', { keep: true })
  return [...text.matchAll(/^Message-ID: <(bench\.\d+)@/gm)].map((match) => match[1] ?? '')
}

const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
  const until = Date.now() + recoveryMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(500)
    }
  }
}

export const crashRound = async (platform: Platform, plan: CrashPlan): Promise<CrashReport> => {
  const random = seeded(plan.seed)
  const acknowledged = new Set<string>()
  const killed: string[] = []
  const choose = chooser(random)
  let attempts = 0
  let next = 0
  let running = true
  const send = async (): Promise<void> => {
    while (running) {
      const number = next++
      const id = plan.seed * 1_000_000 + number
      const message = generatedMail(id, number % 50 === 0 ? 400_000 : 4_000)
      const localPart = plan.localParts[number % plan.localParts.length] ?? ''
      for (let tries = 0; !acknowledged.has(`bench.${id}`) && tries < attemptsMax; tries += 1) {
        attempts += 1
        if (await sendOnce(platform.portOf(plan.cell, 25), `${localPart}@${plan.domain}`, message)) acknowledged.add(`bench.${id}`)
        else await sleep(100 + random() * 200)
      }
      await sleep(random() * paceMs)
    }
  }
  const kill = async (): Promise<void> => {
    for (let done = 0; done < plan.kills; done += 1) {
      await sleep(500 + random() * 1_500)
      const victim = choose(await victims(platform))
      if (victim === undefined) continue
      try {
        process.kill(victim.pid, 'SIGKILL')
        killed.push(victim.name)
      } catch {
        // It ended by itself in between.
      }
    }
    await sleep(1_000)
    running = false
  }
  await Promise.all([kill(), ...Array.from({ length: plan.senders }, send)])
  const found = new Map<string, number>()
  for (const localPart of plan.localParts) {
    for (const id of await patiently(() => messageIdsOf(platform, plan, localPart))) found.set(id, (found.get(id) ?? 0) + 1)
  }
  return {
    sent: next,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !found.has(id)),
    twice: [...found].filter(([, times]) => times > 1).map(([id]) => id),
    killed,
    attempts,
  }
}
