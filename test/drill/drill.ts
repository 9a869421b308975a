/**
 * The breach drill, rows P3 (one ISP's database), P4 (a full backup) and P5 (captured processes). Plants people, passwords, mail and
 * what people keep in the webmail in one cell of a fresh platform, steals, and counts what scanner and cracker find. Expected: nothing.
 * Played against the image that does not seal it must find everything; that is how we know the drill can see.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deliver } from '../bench/load/deliver.ts'
import { openImap } from '../bench/load/imap.ts'
import { importAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { beyond, captureAll, type Captured } from './captured.ts'
import { crack } from './cracker.ts'
import { needlesOf } from './needles.ts'
import { plantedAccounts, plantedMailboxWire, plantedMails, plantedQueued, weakPasswords } from './planted.ts'
import { plantWeb, webMails, webNeedles, type GivenOut } from './planted-web.ts'
import { scannerFor, type Find, type Needle, type Scanner } from './scanner.ts'
import { askEverything, copyFiles, dumpCredentials, dumpTables, knownHandles, type Loot } from './steal.ts'
import { databaseUrls } from './urls.ts'

const domain = 'ebisu.example'
const cell = 'ebisu'

export interface DrillRow {
  readonly row: 'P3 one database role' | 'P3 database owner' | 'P4 full backup'
  readonly bytes: number
  readonly finds: readonly Find[]
  /** Credential rows in this loot that the cracker worked on. */
  readonly credentials: number
}

export interface DrillResult {
  readonly rows: readonly DrillRow[]
  /** Row P5, process by process; empty without root. */
  readonly captured: readonly Captured[]
  readonly needles: readonly Needle[]
}

export interface DrillOptions {
  /** Of the cell that is robbed, and of its neighbour. */
  readonly portBases: readonly [number, number]
  /** Replaces `./bulkhead`, for the image that does not seal. */
  readonly program?: readonly string[]
  readonly say: (text: string) => void
}

const mailBytes = ({ subject, text, sizeBytes, to }: (typeof plantedMails)[number]): Buffer => {
  const body = `${text}\r\n${'filler of no meaning. '.repeat(3)}\r\n`
  const filler = 'All work and no play makes a dull harbour.\r\n'
  return Buffer.from(
    `From: correspondent@outside.example\r\nTo: ${to}@${domain}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}${filler.repeat(Math.ceil(sizeBytes / filler.length))}`,
  )
}

/** A message that stays in the outbound queue, since its domain's route leads to a closed port. */
const submitQueued = async (platform: Platform, from: string, password: string): Promise<void> => {
  const { connect } = await import('node:net')
  const socket = connect(platform.portOf(cell, 587), '127.0.0.1')
  const auth = Buffer.from(`\0${from}\0${password}`).toString('base64')
  const text = `From: ${from}\r\nTo: ${plantedQueued.to}\r\nSubject: ${plantedQueued.subject}\r\n\r\n${plantedQueued.text}\r\n.\r\n`
  const steps = ['EHLO drill.example\r\n', `AUTH PLAIN ${auth}\r\n`, `MAIL FROM:<${from}>\r\n`, `RCPT TO:<${plantedQueued.to}>\r\n`, 'DATA\r\n', text]
  await new Promise<void>((resolve, reject) => {
    let at = 0
    let held = ''
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('submission closed the connection')))
    socket.on('data', (chunk: Buffer) => {
      held += chunk.toString('latin1')
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (line[3] === '-') continue
        if (!/^[23]/.test(line)) return reject(new Error(`submission: ${line}`))
        const step = steps[at++]
        if (step === undefined) return resolve()
        socket.write(step)
      }
    })
  })
  socket.removeAllListeners('close')
  socket.destroy()
}

const webPerson = `${plantedAccounts[1]?.localPart ?? ''}@${domain}`

const plant = async (platform: Platform): Promise<readonly GivenOut[]> => {
  await platform.must(['domain', 'add', cell, domain])
  await importAccounts(platform, cell, plantedAccounts.map(({ localPart, password }) => ({ address: `${localPart}@${domain}`, password })))
  const jobs = [
    ...plantedMails.map((mail) => ({ forwardPath: `${mail.to}@${domain}`, message: mailBytes(mail) })),
    ...webMails.map((message) => ({ forwardPath: webPerson, message })),
  ]
  const { accepted, refused } = await deliver({ port: platform.portOf(cell, 25), lmtp: false, sessions: 2, reversePath: 'correspondent@outside.example', jobs })
  if (accepted !== jobs.length) throw new Error(`planting failed: ${refused[0] ?? ''}`)
  for (const { localPart, password } of plantedAccounts.slice(0, 3)) {
    using client = await openImap(platform.portOf(cell, 143))
    await client.run(`LOGIN "${localPart}@${domain}" "${password}"`)
    await client.run(`CREATE "${plantedMailboxWire}"`)
    await client.run('SELECT INBOX')
    await client.run('STORE 1 +FLAGS (\\Seen $Forwarded)')
    await client.run(`COPY 1 "${plantedMailboxWire}"`)
    await client.run('LOGOUT').catch(() => undefined)
  }
  const [first] = plantedAccounts
  if (first !== undefined) await submitQueued(platform, `${first.localPart}@${domain}`, first.password)
  for (const { localPart } of plantedAccounts.filter(({ cancelled }) => cancelled)) {
    await platform.must(['account', 'state', `${localPart}@${domain}`, 'cancelled'])
  }
  // The other ISP has people too; none of theirs may turn up in this one's loot.
  await platform.must(['domain', 'add', 'nezu', 'nezu.example'])
  await platform.must(['account', 'add', 'neighbour@nezu.example', '--password-stdin'], 'correct-horse-battery\n')
  const given = await plantWeb(platform.portOf(cell, plainWebPort), webPerson, plantedAccounts[1]?.password ?? '')
  await sleep(2_000)
  return given
}

const scanAll = (scanner: Scanner, loot: readonly Loot[]): readonly Find[] => loot.flatMap(({ where, bytes }) => scanner.scan(where, bytes))

const sizeOf = (loot: readonly Loot[]): number => loot.reduce((sum, { bytes }) => sum + bytes.length, 0)

export const drill = async ({ portBases: [own, neighbour], program, say }: DrillOptions): Promise<DrillResult> => {
  const platform = await startPlatform({
    cells: [
      { id: cell, name: 'Ebisu Net', portBase: own },
      { id: 'nezu', name: 'Nezu Online', portBase: neighbour },
    ],
    routes: [{ domain: 'unreachable.example', host: '127.0.0.1', port: 9 }],
    ...(program === undefined ? {} : { program }),
  })
  try {
    say('planting people, passwords and mail')
    const needles = [...needlesOf(domain), ...webNeedles(await plant(platform))]
    const scanner = scannerFor(needles)
    say('capturing every process')
    // Where nothing is sealed the one that has opened everything shows whether the drill can see.
    const wanted = program === undefined ? undefined : 'mailroom'
    const captured = process.getuid?.() === 0 ? await captureAll(platform, cell, scanner, wanted) : []
    say('stealing the databases')
    const { roles, owners } = databaseUrls(platform, cell)
    const ownerOf = (wanted: string): string => owners.find(({ kind }) => kind === wanted)?.url ?? ''
    const handles = await knownHandles(ownerOf('directory'), ownerOf('mail'))
    const byRole: Loot[] = []
    for (const { label, url } of roles) byRole.push(...(await dumpTables(label, url)), ...(await askEverything(label, url, handles)))
    const byOwner: Loot[] = []
    for (const { label, url } of owners) byOwner.push(...(await dumpTables(label, url)))
    const credentials = await dumpCredentials(ownerOf('directory'))
    if (credentials.length < plantedAccounts.length - 1) throw new Error('the thief found no credential rows: the drill is broken')
    await platform.stop()
    say('stealing a full backup')
    const backup = copyFiles(join(platform.data))
    say('scanning and cracking')
    const cracked = crack(credentials, weakPasswords, [...byOwner, ...backup].map(({ bytes }) => bytes))
    const rows: readonly DrillRow[] = [
      { row: 'P3 one database role', bytes: sizeOf(byRole), finds: scanAll(scanner, byRole), credentials: 0 },
      { row: 'P3 database owner', bytes: sizeOf(byOwner), finds: [...scanAll(scanner, byOwner), ...cracked], credentials: credentials.length },
      { row: 'P4 full backup', bytes: sizeOf(backup), finds: [...scanAll(scanner, backup), ...cracked], credentials: credentials.length },
    ]
    return { rows, captured, needles }
  } finally {
    await platform[Symbol.asyncDispose]()
  }
}

/** What was found and must not be there. */
export const leaks = ({ rows, captured }: DrillResult): readonly Find[] => [...rows.flatMap(({ finds }) => finds), ...captured.flatMap(beyond)]

/** What the negative control should have found and did not: then the drill can't see. */
export const mustSee = ({ rows, captured, needles }: DrillResult): readonly string[] => {
  const missing: string[] = []
  // Who opened them a moment ago holds them: memory is read where it lies.
  const mailroom = captured.find((one) => one.process === 'mailroom')
  for (const kind of ['C', 'R', 'S', 'M', 'T'] as const) {
    if (mailroom !== undefined && !mailroom.finds.some((find) => find.class === kind)) missing.push(`P5 mailroom: nothing of class ${kind}`)
  }
  for (const { row, finds, credentials } of rows) {
    if (row === 'P3 one database role') {
      // What a role's own functions answer is a part of everything; which part is the roles' business.
      for (const kind of ['A', 'M']) if (!finds.some((find) => find.class === kind)) missing.push(`${row}: nothing of class ${kind}`)
      continue
    }
    const found = new Set(finds.map(({ name }) => name))
    const place = row === 'P4 full backup' ? 'backup' : 'database'
    for (const { name, control } of needles) if (control[place] && !found.has(name)) missing.push(`${row}: ${name}`)
    const cracked = finds.filter((find) => find.class === 'V').length
    if (cracked < credentials) missing.push(`${row}: ${credentials - cracked} weak passwords were not confirmed`)
  }
  return missing
}
