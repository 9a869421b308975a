/** Filters, forwarding and vacation against the running platform: set over JMAP, mail by SMTP, what leaves caught by a sink. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { smtpSink, type Sink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { browserAt, type Browser } from '../http/browser.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/rules/rules']
const password = 'correct-horse-battery'
const domain = 'rules.example'
const patienceMs = 120_000
const attemptMs = 30_000
let platform: Platform
let sink: Sink

before(
  async () => {
    sink = await smtpSink({ extensions: ['8BITMIME'] })
    platform = await startPlatform({
      cells: [{ id: 'rules', name: 'Rules', portBase, manageSieve: true }],
      routes: [{ domain: 'elsewhere.example', host: '127.0.0.1', port: sink.port }, { domain: 'far.example', host: '127.0.0.1', port: sink.port }],
    })
    await plantAccounts(platform, 'rules', domain, ['bob', 'carol', 'dave', 'erin', 'fumi'], password)
  },
  { timeout: 180_000 },
)
after(async () => {
  await platform?.[Symbol.asyncDispose]()
  await sink?.[Symbol.asyncDispose]()
})

type Args = Readonly<Record<string, unknown>>
// What a response holds is looked at property by property.
// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any

interface Person {
  readonly browser: Browser
  call(...calls: readonly (readonly [name: string, args: Args])[]): Promise<readonly Answered[]>
}

const signedIn = async (name: string): Promise<Person> => {
  const browser = browserAt(platform.portOf('rules', plainWebPort))
  assert.equal((await browser.signIn(`${name}@${domain}`, password)).status, 201)
  const resource = (await browser.fetch('/.well-known/jmap')).json()
  const [accountId] = Object.keys(resource['accounts'] as object)
  const using = Object.keys(resource['capabilities'] as object)
  return {
    browser,
    async call(...calls) {
      const methodCalls = calls.map(([method, args], at) => [method, { accountId, ...args }, `c${at}`])
      const answer = await browser.fetch('/jmap/api', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ using, methodCalls }) })
      assert.equal(answer.status, 200, answer.text)
      const responses = answer.json()['methodResponses'] as readonly [string, Answered][]
      for (const [name, args] of responses) assert.notEqual(name, 'error', JSON.stringify(args))
      return responses.map(([, args]) => args)
    },
  }
}

/** Whether the server took it. */
const sendOnce = (to: string, message: string, from = 'alice@far.example'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(platform.portOf('rules', 25), '127.0.0.1')
    const steps = ['EHLO far.example\r\n', `MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n', `${message.replaceAll('\n', '\r\n')}\r\n.\r\n`]
    let held = ''
    const finish = (taken: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(taken)
    }
    const timer = setTimeout(() => finish(false), attemptMs)
    socket.on('error', () => finish(false))
    socket.on('close', () => finish(false))
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1')
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (line[3] === '-') continue
        if (!/^[23]/.test(line)) return finish(false)
        const step = steps.shift()
        if (step === undefined) return finish(true)
        socket.write(step)
      }
    })
  })

const mail = (subject: string, to: string): string => `From: Alice <alice@far.example>\nTo: ${to}\nMessage-ID: <${subject}@far.example>\nSubject: ${subject}\n\nbody\n`

const until = async <T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 100) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(100)
  }
  throw new Error(`in vain: ${what}`)
}

const subjectsIn = async (person: Person, mailbox: string): Promise<readonly string[]> => {
  const [boxes] = await person.call(['Mailbox/get', { ids: null, properties: ['name'] }])
  const found = boxes.list.find(({ name }: Answered) => name === mailbox)
  if (found === undefined) return []
  const [, emails] = await person.call(
    ['Email/query', { filter: { inMailbox: found.id } }],
    ['Email/get', { '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' }, properties: ['subject', 'keywords'] }],
  )
  return emails.list.map(({ subject, keywords }: Answered) => `${subject}${keywords.$flagged === true ? ' *' : ''}`)
}

const sunk = (to: string) => sink.messages.filter((message) => message.to.some((one) => one.includes(to)))

test('a script set over JMAP files, flags, sends on and refuses', { timeout: 300_000 }, async () => {
  const bob = await signedIn('bob')
  const script = `require ["fileinto", "imap4flags", "copy", "reject"];
if header :contains "subject" "invoice" { addflag "\\\\Flagged"; fileinto "経理"; redirect :copy "books@elsewhere.example"; }
elsif header :contains "subject" "offer" { reject "No offers, please"; }`
  const [, set] = await bob.call(
    ['Blob/upload', { create: { b: { data: [{ 'data:asText': script }], type: 'application/sieve' } } }],
    ['SieveScript/set', { create: { s: { name: 'mine', blobId: '#b' } }, onSuccessActivateScript: '#s' }],
  )
  assert.equal(set.notCreated, null)
  assert.equal(await sendOnce(`bob@${domain}`, mail('invoice', `bob@${domain}`)), true)
  assert.equal(await sendOnce(`bob@${domain}`, mail('offer', `bob@${domain}`)), false)
  assert.equal(await sendOnce(`bob@${domain}`, mail('hello', `bob@${domain}`)), true)
  assert.deepEqual(await until('filed', async () => {
    const found = await subjectsIn(bob, '経理')
    return found.length === 0 ? undefined : found
  }), ['invoice *'])
  assert.deepEqual(await subjectsIn(bob, 'INBOX').then((inbox) => (inbox.length === 0 ? subjectsIn(bob, 'Inbox') : inbox)), ['hello'])
  const copy = await until('sent on', () => sunk('books@elsewhere.example')[0])
  assert.match(copy.from, /bob@rules\.example/)
  assert.match(copy.content, /Delivered-To: bob@rules\.example/)
  const story = async (): Promise<string | undefined> => {
    const told = await platform.must(['trace', 'rules', `bob@${domain}`])
    return /filters: filed\n *mailbox: 経理\n *forward: 1/.test(told) && /filters: refused/.test(told) ? told : undefined
  }
  await until('the trace says it', story)
})

/** sieve-connect, told what to do by its arguments; its words, and how it ended. */
const sieveConnect = (args: readonly string[], login = `fumi@${domain}`, said = password): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise((resolve) => {
    const at = ['--server', 'localhost', '--4', '--port', String(platform.portOf('rules', 4190)), '--user', login, '--passwordfd', '0', '--tlscafile', join(platform.data, 'ca.pem')]
    const child = execFile('sieve-connect', [...at, ...args], { timeout: patienceMs }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out: `${out}${err}` })
    })
    child.stdin?.end(`${said}\n`)
  })

test('sieve-connect stores a script over TLS, reception goes by it, and JMAP and ManageSieve see one another', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sieve-connect-'))
  const file = join(folder, 'mine.sieve')
  const uploaded = async (script: string) => {
    writeFileSync(file, script)
    return sieveConnect(['--localsieve', file, '--remotesieve', 'mine', '--upload'])
  }
  assert.match((await sieveConnect(['--list'], `fumi@${domain}`, 'wrong')).out, /Authentication failed|NO/)
  const bad = await uploaded('fileinto "x";\n')
  assert.match(bad.out, /line 1, column 1: “fileinto” needs require/)
  const good = await uploaded('require "fileinto";\nif header :contains "subject" "会議" { fileinto "予定"; }\n')
  assert.equal(good.code, 0, good.out)
  assert.equal((await sieveConnect(['--remotesieve', 'mine', '--activate'])).code, 0)
  assert.match((await sieveConnect(['--list'])).out, /"mine" ACTIVE/)
  assert.equal(await sendOnce(`fumi@${domain}`, mail('=?UTF-8?B?5Lya6K2w?=', `fumi@${domain}`)), true)
  const fumi = await signedIn('fumi')
  assert.deepEqual(await until('filed', async () => {
    const found = await subjectsIn(fumi, '予定')
    return found.length === 0 ? undefined : found
  }), ['会議'])
  const [{ list }] = await fumi.call(['SieveScript/get', { ids: null }])
  assert.deepEqual(list.map(({ name, isActive }: Answered) => [name, isActive]), [['mine', true]])
  await fumi.call(
    ['Blob/upload', { create: { b: { data: [{ 'data:asText': '# by the web\r\nkeep;\r\n' }], type: 'application/sieve' } } }],
    ['SieveScript/set', { update: { [list[0].id]: { name: 'ours', blobId: '#b' } } }],
  )
  const copy = join(folder, 'copy.sieve')
  const downloaded = await sieveConnect(['--localsieve', copy, '--remotesieve', 'ours', '--download'])
  assert.equal(downloaded.code, 0, downloaded.out)
  assert.equal(readFileSync(copy, 'utf8').trimEnd().replaceAll('\r\n', '\n'), '# by the web\nkeep;')
  rmSync(folder, { recursive: true })
})

test('a ManageSieve client that says nothing, or too much, is let go before it logged in, and nobody else notices', { timeout: 300_000 }, async () => {
  const port = platform.portOf('rules', 4190)
  const heardFrom = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      let heard = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => void (heard += chunk.toString()))
      socket.on('error', () => resolve(heard))
      socket.on('close', () => resolve(heard))
    })
  const silent = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  assert.match(await heardFrom(`PUTSCRIPT "x" {${'9'.repeat(300)}+}\r\n`), /BYE "Literal too long"/)
  assert.match(await heardFrom('AUTHENTICATE "PLAIN" {4000000000+}\r\n'), /BYE "Literal too long"/)
  assert.match(await heardFrom(`${'x'.repeat(100_000)}\r\n${'?\r\n'.repeat(40)}`), /NO "Line too long"[^]*BYE "Too many errors"/)
  assert.match(await heardFrom(`LOGOUT\r\n`), /OK "Logging out"/)
  for (const socket of silent) socket.destroy()
})

test('a vacation answers each sender once', { timeout: 300_000 }, async () => {
  const dave = await signedIn('dave')
  await dave.call(['VacationResponse/set', { update: { singleton: { isEnabled: true, subject: '休暇中です', textBody: 'ただいま休暇中です。' } } }])
  for (const subject of ['first', 'second']) assert.equal(await sendOnce(`dave@${domain}`, mail(subject, `dave@${domain}`)), true)
  assert.equal(await sendOnce(`dave@${domain}`, mail('third', `dave@${domain}`), 'carla@far.example'), true)
  await until('answered', () => (sunk('carla@far.example').length > 0 ? true : undefined))
  const answers = await until('answered', () => (sunk('alice@far.example').length > 0 ? sunk('alice@far.example') : undefined))
  assert.equal(answers.length, 1)
  assert.match(answers[0]?.from ?? '', /^<?>?$/)
  assert.match(answers[0]?.content ?? '', /Auto-Submitted: auto-replied/)
})

const lanes = 3
/** An account sends on 300 messages an hour. */
const perLaneMax = 80
const paceMs = 100
const killsWanted = 3

/** Our intakes, by what `status` says of them. */
const intakes = async (): Promise<readonly number[]> => {
  const { out } = await platform.cli(['status', '--json'])
  return [...out.matchAll(/"name":\s*"(rules\/intake[^"]*)"[^{}]*?"pid":\s*(\d+)/g)].map((match) => Number(match[2]))
}

test('kill -9 of reception in the middle loses nothing that was taken, and keeps nothing twice', { timeout: 400_000 }, async (t) => {
  const erin = await signedIn('erin')
  const [set] = await erin.call(['Forwarding/set', { update: { singleton: { isEnabled: true, addresses: ['erin@elsewhere.example'], keepsCopy: true } } }])
  assert.equal(set.notUpdated, null)
  const subjects: string[] = []
  let done = false
  let attempts = 0
  const deliver = async (subject: string): Promise<void> => {
    subjects.push(subject)
    await until(subject, async () => {
      attempts += 1
      return (await sendOnce(`erin@${domain}`, mail(subject, `erin@${domain}`))) ? true : undefined
    })
  }
  const sending = Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    for (let number = 0; number < perLaneMax && !done; number += 1) {
      await deliver(`message ${lane}.${number}`)
      await sleep(paceMs)
    }
  }))
  const killed = new Set<number>()
  const sentOn = () => sunk('erin@elsewhere.example')
  for (let kills = 0; kills < killsWanted; kills += 1) {
    const before = sentOn().length
    await until('mail that goes through', () => (sentOn().length > before + 2 ? true : undefined))
    const pids = await until('an intake that was not killed yet', async () => {
      const found = (await intakes()).filter((pid) => !killed.has(pid))
      return found.length === 0 ? undefined : found
    })
    for (const pid of pids) {
      killed.add(pid)
      process.kill(pid, 'SIGKILL')
    }
  }
  done = true
  await sending
  const kept = await until('all are kept', async () => {
    const found = await subjectsIn(erin, 'INBOX').then((inbox) => (inbox.length === 0 ? subjectsIn(erin, 'Inbox') : inbox))
    return found.length < subjects.length ? undefined : found
  })
  assert.deepEqual(kept.toSorted(), subjects.toSorted())
  await until('all were sent on', () => {
    const contents = sentOn().map(({ content }) => content)
    return subjects.every((subject) => contents.some((content) => content.includes(`Subject: ${subject}\r\n`))) ? true : undefined
  })
  t.diagnostic(`${killed.size} kills; ${subjects.length} messages in ${attempts} attempts; ${sentOn().length} sent on`)
})
