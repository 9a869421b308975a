/** Programs that keep copies of a mailbox: both directions, flags and deletions included, and nothing fetched twice. */
import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ImapFlow } from 'imapflow'
import { deliver } from '../bench/load/deliver.ts'
import { generatedMail } from '../bench/mails.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { run } from './programs.ts'

const [portBase] = portBases['test/clients/sync-clients']
const password = 'correct-horse-battery'
const isRoot = process.getuid?.() === 0
/** getmail delivers to anybody but root. */
const deliverer = 'nobody'
const delivererUid = 65_534
const japanese = '仕事/請求書'
let platform: Platform
let scratch: string

before(
  async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bulkhead-sync-'))
    chmodSync(scratch, 0o755)
    platform = await startPlatform({ cells: [{ id: 'sync', name: 'Sync', portBase }] })
    await plantAccounts(platform, 'sync', 'sync.example', ['offline', 'isync', 'getter'], password)
  },
  { timeout: 120_000 },
)

after(async () => {
  await platform?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

const authority = (): string => join(platform.data, 'ca.pem')
const port = (wellKnown: number): number => platform.portOf('sync', wellKnown)

/** One after the other, so that they are numbered in this order. */
const send = async (login: string, from: number, count: number): Promise<void> => {
  const jobs = Array.from({ length: count }, (_, at) => ({ forwardPath: `${login}@sync.example`, message: generatedMail(from + at, 3_000) }))
  const { accepted, refused } = await deliver({ port: port(25), lmtp: false, sessions: 1, reversePath: 'someone@outside.example', jobs })
  assert.equal(accepted, count, refused[0] ?? '')
}

/** What is on the server, as a client of another kind sees it. */
const withServer = async <T>(login: string, act: (client: ImapFlow) => Promise<T>): Promise<T> => {
  const client = new ImapFlow({
    host: 'localhost', port: port(993), secure: true, auth: { user: `${login}@sync.example`, pass: password }, logger: false, tls: { rejectUnauthorized: false },
  })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.logout()
  }
}

interface Held {
  readonly messageId: string
  readonly flags: readonly string[]
}

const heldIn = (login: string, mailbox: string): Promise<readonly Held[]> =>
  withServer(login, async (client) => {
    const lock = await client.getMailboxLock(mailbox)
    try {
      const held: Held[] = []
      if (client.mailbox === false || client.mailbox.exists === 0) return held
      for await (const { envelope, flags } of client.fetch('1:*', { envelope: true, flags: true })) {
        held.push({ messageId: envelope?.messageId ?? '', flags: [...(flags ?? [])].sort() })
      }
      return held
    } finally {
      lock.release()
    }
  })

const filesIn = (maildir: string): readonly string[] =>
  ['new', 'cur'].flatMap((kind) => readdirSync(join(maildir, kind)).map((name) => join(maildir, kind, name)))

const holding = (maildir: string, number: number): string => {
  const found = filesIn(maildir).find((path) => readFileSync(path, 'latin1').includes(`<bench.${number}@peer.example>`))
  assert.ok(found, `message ${number} is in ${maildir}`)
  return found
}

/** As a mail reader does it: the file moves to `cur` and tells its flags in its name. */
const flagged = (path: string, flags: string): void => {
  const name = path.split('/').at(-1)?.replace(/:2,.*$/, '') ?? ''
  renameSync(path, join(path, '..', '..', 'cur', `${name}:2,${flags}`))
}

const offlineimapConfiguration = (directory: string): string => `
[general]
accounts = sync
metadata = ${directory}/metadata
maxsyncaccounts = 1
[Account sync]
localrepository = near
remoterepository = far
utf8foldernames = yes
[Repository near]
type = Maildir
localfolders = ${directory}/maildir
sep = /
[Repository far]
type = IMAP
remotehost = localhost
remoteport = ${port(993)}
remoteuser = offline@sync.example
remotepass = ${password}
ssl = yes
sslcacertfile = ${authority()}
`

const mbsyncConfiguration = (directory: string): string => `
IMAPAccount cell
Host localhost
Port ${port(993)}
User isync@sync.example
Pass ${password}
SSLType IMAPS
CertificateFile ${authority()}

IMAPStore far
Account cell

MaildirStore near
Path ${directory}/maildir/
Inbox ${directory}/maildir/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
Sync All
SyncState *
`

interface Synchronizer {
  readonly login: string
  readonly first: number
  readonly configuration: (directory: string) => string
  /** Folder of the Japanese mailbox on disk. */
  readonly japaneseFolder: string
  readonly command: (directory: string) => readonly [string, ...string[]]
}

const synchronizers: Readonly<Record<string, Synchronizer>> = {
  offlineimap: {
    login: 'offline', first: 100, configuration: offlineimapConfiguration, japaneseFolder: japanese,
    command: (directory) => ['offlineimap', '-c', join(directory, 'configuration'), '-o', '-1', '-u', 'basic'],
  },
  mbsync: {
    login: 'isync', first: 200, configuration: mbsyncConfiguration, japaneseFolder: '&TtVOiw-/&istsQmb4-',
    command: (directory) => ['mbsync', '-c', join(directory, 'configuration'), '-a'],
  },
}

/** Programs that synchronise may need more than one run; what is not there after these never comes. */
const runsMax = 5

for (const [name, { login, first, configuration, japaneseFolder, command }] of Object.entries(synchronizers)) {
  test(`${name}: what happens on either side is on both after a few runs`, { timeout: 400_000 }, async () => {
    const directory = join(scratch, name)
    mkdirSync(join(directory, 'maildir'), { recursive: true })
    writeFileSync(join(directory, 'configuration'), configuration(directory), { mode: 0o600 })
    const synchronize = async (): Promise<void> => {
      const [file, ...words] = command(directory)
      const { code, out } = await run(file, words, { env: { HOME: directory }, timeoutMs: 120_000 })
      assert.equal(code, 0, out)
    }
    await send(login, first, 4)
    await withServer(login, async (client) => {
      await client.mailboxCreate(japanese)
      await client.append(japanese, generatedMail(first + 50, 2_000), ['\\Seen', '\\Flagged'])
    })
    await synchronize()
    const inbox = join(directory, 'maildir', 'INBOX')
    assert.equal(filesIn(inbox).length, 4)
    const [billed] = filesIn(join(directory, 'maildir', japaneseFolder))
    assert.match(billed ?? '', /:2,FS$/)

    flagged(holding(inbox, first), 'RS')
    flagged(holding(inbox, first + 1), 'F')
    unlinkSync(holding(inbox, first + 2))
    writeFileSync(join(inbox, 'cur', `1.own.local:2,S`), generatedMail(first + 60, 2_000).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    await withServer(login, async (client) => {
      await client.mailboxOpen('INBOX')
      await client.messageFlagsAdd('4', ['\\Seen'])
      await client.mailboxOpen(japanese)
      await client.messageDelete('1')
    })
    const expected = new Map([
      [`<bench.${first}@peer.example>`, '\\Answered \\Seen'],
      [`<bench.${first + 1}@peer.example>`, '\\Flagged'],
      [`<bench.${first + 3}@peer.example>`, '\\Seen'],
      [`<bench.${first + 60}@peer.example>`, '\\Seen'],
    ])
    const onServer = async (): Promise<ReadonlyMap<string, string>> =>
      new Map((await heldIn(login, 'INBOX')).map(({ messageId, flags }) => [messageId, flags.join(' ')]))
    await synchronize()
    // What one side did while the other was looked at is carried over by the run after.
    for (let runs = 1; runs < runsMax; runs += 1) {
      await synchronize()
      if (isDeepStrictEqual(await onServer(), expected) && holding(inbox, first + 3).endsWith(':2,S')) break
    }
    assert.deepEqual(await onServer(), expected)
    assert.match(holding(inbox, first + 3), /:2,S$/)
    assert.equal(filesIn(inbox).length, 4)
    assert.equal(filesIn(join(directory, 'maildir', japaneseFolder)).length, 0)
  })
}

const getmailConfiguration = (retriever: string, wellKnown: number, maildir: string, extra: string): string => `
[retriever]
type = ${retriever}
server = localhost
port = ${wellKnown}
username = getter@sync.example
password = ${password}
ca_certs = ${authority()}
${extra}
[destination]
type = Maildir
path = ${maildir}/
${isRoot ? `user = ${deliverer}` : ''}
[options]
read_all = false
delete = false
delivered_to = false
received = false
`

for (const [name, retriever, wellKnown, extra] of [
  ['POP3', 'SimplePOP3SSLRetriever', 995, ''],
  ['IMAP', 'SimpleIMAPSSLRetriever', 993, 'mailboxes = ("INBOX",)'],
] as const) {
  test(`getmail by ${name} fetches each message once`, { timeout: 120_000 }, async () => {
    const directory = join(scratch, `getmail-${name}`)
    const maildir = join(directory, 'maildir')
    for (const kind of ['new', 'cur', 'tmp']) mkdirSync(join(maildir, kind), { recursive: true })
    if (isRoot) for (const kind of ['', 'new', 'cur', 'tmp']) chownSync(join(maildir, kind), delivererUid, delivererUid)
    const configuration = join(directory, 'getmailrc')
    writeFileSync(configuration, getmailConfiguration(retriever, port(wellKnown), maildir, extra), { mode: 0o600 })
    const present = (await heldIn('getter', 'INBOX')).length
    const fetched = async (): Promise<number> => {
      const before = filesIn(maildir).length
      const { code, out } = await run('getmail', [`--getmaildir=${directory}`, `--rcfile=${configuration}`], { env: { HOME: directory } })
      assert.equal(code, 0, out)
      return filesIn(maildir).length - before
    }
    await send('getter', 300 + present, 3)
    assert.equal(await fetched(), present + 3)
    assert.equal(await fetched(), 0)
    await send('getter', 310 + present, 1)
    assert.equal(await fetched(), 1)
    assert.ok(filesIn(maildir).every((path) => statSync(path).size > 2_000))
  })
}
