/** Real clients against a running platform of two ISPs, and a Postfix as the outside world. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { deliver } from '../bench/load/deliver.ts'
import { startPostfix, type Postfix } from '../bench/peers/postfix.ts'
import { generatedMail } from '../bench/mails.ts'
import { corpusMessage } from '../corpus/message.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { outsidePort, portBases } from '../ports.ts'
import { eventually, run } from './programs.ts'

const password = 'correct-horse-battery'
const [minato, kaede] = portBases['test/clients/real-clients']
const friendPort = outsidePort(minato)
const isRoot = process.getuid?.() === 0

let platform: Platform
let scratch: string
let outside: Postfix | undefined

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'bulkhead-clients-'))
  platform = await startPlatform({
    cells: [
      { id: 'minato', name: 'Minato Net', portBase: minato },
      { id: 'kaede', name: 'Kaede Online', portBase: kaede },
    ],
    routes: [{ domain: 'outside.example', host: '127.0.0.1', port: friendPort }],
  })
  await plantAccounts(platform, 'minato', 'minato.example', ['alice', 'archive', 'carol'], password)
  await plantAccounts(platform, 'kaede', 'kaede.example', ['bob'], password)
  if (isRoot && existsSync('/usr/sbin/postfix')) {
    mkdirSync(join(scratch, 'postfix', 'maildirs'), { recursive: true })
    chmodSync(join(scratch, 'postfix'), 0o755)
    chmodSync(join(scratch, 'postfix', 'maildirs'), 0o777)
    outside = await startPostfix(join(scratch, 'postfix'), friendPort, {
      transport: 'virtual',
      domain: 'outside.example',
      extra: `
virtual_mailbox_base = ${join(scratch, 'postfix', 'maildirs')}
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
transport_maps = inline:{ minato.example=smtp:[127.0.0.1]:${platform.portOf('minato', 25)}, kaede.example=smtp:[127.0.0.1]:${platform.portOf('kaede', 25)} }
`,
    })
  }
}, { timeout: 180_000 })

after(async () => {
  await outside?.[Symbol.asyncDispose]()
  await platform?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

const imapSearch = async (cell: string, login: string, query: string): Promise<string> => {
  const { out } = await run('curl', ['-sS', '--url', `imap://127.0.0.1:${platform.portOf(cell, 143)}/INBOX`, '-u', `${login}:${password}`, '-X', `SEARCH ${query}`])
  return out.trim()
}

/** The one message a query finds, as curl fetches it. */
const fetchFound = async (cell: string, login: string, query: string): Promise<string> => {
  const number = await eventually(20_000, async () => /\* SEARCH (\d+)/.exec(await imapSearch(cell, login, query))?.[1])
  const { out } = await run('curl', ['-sS', '-k', '--url', `imaps://127.0.0.1:${platform.portOf(cell, 993)}/INBOX;MAILINDEX=${number}`, '-u', `${login}:${password}`])
  return out
}

const submit = (cell: string, from: string, to: string, subject: string): Promise<{ code: number | null; out: string }> =>
  run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf(cell, 587)), '--tls', '--auth', 'PLAIN', '--auth-user', from, '--auth-password', password, '--from', from, '--to', to, '--header', `Subject: ${subject}`, '--body', `Body of ${subject}`])

test('swaks sends in on 25 and curl fetches it by IMAP', async () => {
  const sent = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 25)), '--from', 'someone@outside.example', '--to', 'alice@minato.example', '--header', 'Subject: from swaks', '--body', 'hello alice'])
  assert.equal(sent.code, 0, sent.out)
  const message = await fetchFound('minato', 'alice@minato.example', 'SUBJECT "from swaks"')
  assert.match(message, /hello alice/)
  assert.match(message, /^Received: from /m)
})

test('swaks is refused an unknown recipient and a foreign one', async () => {
  const unknown = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 25)), '--from', 'x@outside.example', '--to', 'nobody@minato.example', '--quit-after', 'RCPT'])
  assert.match(unknown.out, /550 5\.1\.1/)
  const relay = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 25)), '--from', 'x@outside.example', '--to', 'bob@kaede.example', '--quit-after', 'RCPT'])
  assert.match(relay.out, /55[04] 5\.7\.1/)
})

test('addresses with odd dots travel in both directions', async () => {
  const sent = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 25)), '--from', 'a..b@outside.example', '--to', 'alice@minato.example', '--header', 'Subject: odd dots', '--body', 'dots'])
  assert.equal(sent.code, 0, sent.out)
  assert.match(await fetchFound('minato', 'alice@minato.example', 'SUBJECT "odd dots"'), /Return-Path: <"?a\.\.b"?@outside\.example>/)
})

test('curl fetches by POP3 with STLS', async () => {
  const { out, code } = await run('curl', ['-sS', '-k', '--ssl-reqd', '--url', `pop3://127.0.0.1:${platform.portOf('minato', 110)}/1`, '-u', `alice@minato.example:${password}`])
  assert.equal(code, 0, out)
  assert.match(out, /Subject: /)
})

test('a wrong password is refused the same way by every protocol', async () => {
  for (const url of [`imaps://127.0.0.1:${platform.portOf('minato', 993)}/`, `pop3s://127.0.0.1:${platform.portOf('minato', 995)}/`]) {
    const { code } = await run('curl', ['-sS', '-k', '--url', url, '-u', 'alice@minato.example:wrong-password'])
    assert.equal(code, 67, url)
  }
})

test('mail goes from ISP to ISP by SMTP', async () => {
  const sent = await submit('minato', 'alice@minato.example', 'bob@kaede.example', 'between isps')
  assert.equal(sent.code, 0, sent.out)
  assert.match(await fetchFound('kaede', 'bob@kaede.example', 'SUBJECT "between isps"'), /Body of between isps/)
})

test('mail to the own ISP arrives too', async () => {
  const sent = await submit('minato', 'alice@minato.example', 'archive@minato.example', 'at home')
  assert.equal(sent.code, 0, sent.out)
  assert.match(await fetchFound('minato', 'archive@minato.example', 'SUBJECT "at home"'), /Body of at home/)
})

test('nobody submits in the name of another', async () => {
  const { out } = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 587)), '--tls', '--auth', 'PLAIN', '--auth-user', 'alice@minato.example', '--auth-password', password, '--from', 'archive@minato.example', '--to', 'bob@kaede.example'])
  assert.match(out, /55\d 5\.7\.1/)
})

test('a recipient the other ISP does not know comes back as a bounce', async () => {
  const sent = await submit('minato', 'alice@minato.example', 'nobody@kaede.example', 'to nobody')
  assert.equal(sent.code, 0, sent.out)
  const bounce = await fetchFound('minato', 'alice@minato.example', 'HEADER Content-Type delivery-status')
  assert.match(bounce, /Status: 5\.1\.1/)
  assert.match(bounce, /nobody@kaede\.example/)
})

test('mail goes out to a Postfix and comes in from it', { skip: !isRoot }, async () => {
  const sent = await submit('minato', 'alice@minato.example', 'friend@outside.example', 'to the outside')
  assert.equal(sent.code, 0, sent.out)
  const inbox = join(scratch, 'postfix', 'maildirs', 'inbox', 'new')
  const name = await eventually(20_000, async () => (existsSync(inbox) ? readdirSync(inbox)[0] : undefined)).catch(async (error: unknown) => {
    const queue = await platform.must(['queue', 'list', 'minato'])
    throw new Error(`nothing in Postfix's mailbox; our queue: ${queue}; its log: ${readFileSync(join(scratch, 'postfix', 'mail.log'), 'utf8').slice(-1_500)}`, { cause: error })
  })
  assert.match(readFileSync(join(inbox, name), 'utf8'), /Body of to the outside/)
  const back = await run('swaks', ['--server', '127.0.0.1', '--port', String(friendPort), '--from', 'friend@outside.example', '--to', 'bob@kaede.example', '--header', 'Subject: from the outside', '--body', 'hello from postfix'])
  assert.equal(back.code, 0, back.out)
  assert.match(await fetchFound('kaede', 'bob@kaede.example', 'SUBJECT "from the outside"'), /hello from postfix/)
})

const mbsyncConfiguration = (directory: string, port: number, login: string): string => `
IMAPAccount cell
Host localhost
Port ${port}
User ${login}
Pass ${password}
SSLType IMAPS
CertificateFile ${join(directory, 'ca.pem')}

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
Create Near
Sync Pull
SyncState *
`

test('1,000 real-looking messages come back through mbsync bit for bit', { timeout: 400_000 }, async () => {
  const count = 1_000
  const messages = Array.from({ length: count }, (_, number) => corpusMessage(number + 1, { seed: 7, largestBytes: 20_000_000 }))
  const { accepted, refused } = await deliver({
    port: platform.portOf('minato', 25),
    lmtp: false,
    sessions: 4,
    reversePath: 'corpus@outside.example',
    jobs: messages.map((message) => ({ forwardPath: 'archive@minato.example', message: dotStuffed(message) })),
  })
  assert.equal(accepted, count, refused[0] ?? '')
  const directory = join(scratch, 'mbsync')
  mkdirSync(join(directory, 'maildir'), { recursive: true })
  writeFileSync(join(directory, 'ca.pem'), readFileSync(await caFile()))
  writeFileSync(join(directory, 'mbsyncrc'), mbsyncConfiguration(directory, platform.portOf('minato', 993), 'archive@minato.example'))
  const pulled = await run('mbsync', ['-c', join(directory, 'mbsyncrc'), '-a'], { timeoutMs: 300_000, env: { HOME: directory } })
  assert.equal(pulled.code, 0, pulled.out)
  const inbox = ['new', 'cur'].flatMap((kind) => readdirSync(join(directory, 'maildir', 'INBOX', kind)).map((name) => join(directory, 'maildir', 'INBOX', kind, name)))
  const originals = new Set(messages.map(sha256))
  const found = new Set(inbox.map((path) => originalHash(readFileSync(path), originals)))
  const missing = [...originals].filter((hash) => !found.has(hash))
  assert.equal(missing.length, 0, `${missing.length} of ${count} differ or are missing`)
})

const caFile = async (): Promise<string> => {
  const { out } = await run('find', [platform.data, '-name', 'ca*.pem'])
  return out.trim().split('\n')[0] ?? ''
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const dotStuffed = (message: Buffer): Buffer => {
  const text = message.toString('latin1').replace(/^\./gm, '..')
  const bytes = Buffer.from(text, 'latin1')
  // `deliver` ends with CRLF.CRLF, whose first CRLF is the message's own last line break.
  return text.endsWith('\r\n') ? bytes.subarray(0, bytes.length - 2) : bytes
}

const traceFieldsMax = 4

/** Hash of what was sent, out of what mbsync stored: LF and X-TUID undone, our trace fields taken off the front one by one. */
const originalHash = (stored: Buffer, originals: ReadonlySet<string>): string | undefined => {
  let rest = Buffer.from(stored.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^X-TUID: .*\r\n/m, ''), 'latin1')
  for (let taken = 0; taken <= traceFieldsMax; taken += 1) {
    const hash = sha256(rest)
    if (originals.has(hash)) return hash
    const field = /^[\w-]+:.*\r\n(?:[ \t].*\r\n)*/.exec(rest.subarray(0, 4_096).toString('latin1'))
    if (field === null) return undefined
    rest = rest.subarray(field[0].length)
  }
  return undefined
}

test('mutt opens the mailbox and reads a message', async () => {
  const sent = await run('swaks', ['--server', '127.0.0.1', '--port', String(platform.portOf('minato', 25)), '--from', 'someone@outside.example', '--to', 'carol@minato.example', '--body', 'hello carol'])
  assert.equal(sent.code, 0, sent.out)
  const home = join(scratch, 'mutt')
  mkdirSync(home, { recursive: true })
  const saved = join(home, 'saved.txt')
  writeFileSync(
    join(home, 'muttrc'),
    `
set imap_user="carol@minato.example"
set imap_pass="${password}"
set ssl_ca_certificates_file="${await caFile()}"
set certificate_file=""
set folder="${home}"
set header_cache=""
set wait_key=no
set pipe_decode=yes
unset mark_old
`,
  )
  const url = `imaps://localhost:${platform.portOf('minato', 993)}/INBOX`
  const keys = `push "<pipe-message>cat > ${saved}<enter><exit>"`
  const { out } = await run('script', ['-qec', `mutt -F ${join(home, 'muttrc')} -f ${url} -e '${keys}'`, '/dev/null'], { env: { TERM: 'xterm', HOME: home }, timeoutMs: 30_000 })
  assert.ok(existsSync(saved), out.slice(-500))
  assert.match(readFileSync(saved, 'utf8'), /hello carol/)
})

test('generated bench mails arrive as they were sent', async () => {
  const message = generatedMail(3, 10_240)
  const { accepted } = await deliver({ port: platform.portOf('kaede', 25), lmtp: false, sessions: 1, reversePath: 'bench@outside.example', jobs: [{ forwardPath: 'bob@kaede.example', message: message.subarray(0, message.length - 2) }] })
  assert.equal(accepted, 1)
  const got = await fetchFound('kaede', 'bob@kaede.example', 'HEADER Message-ID bench.3')
  assert.ok(got.includes(message.toString('latin1').slice(-2_000)))
})
