/** Real scanners for a test: rspamd, clamd and a milter (OpenDKIM), each with nothing but what the test needs, and ended with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Peer extends AsyncDisposable {
  readonly path: string
}

const startMsMax = 30_000
const pollMs = 50

/** The test file that every virus scanner knows, in two parts so that this file is not taken for it. */
export const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD${'-ANTIVIRUS-TEST-FILE!$H+H*'}`

/** Rspamd's test texts, one for each action. */
export const gtube = (action: 'reject' | 'add header'): string =>
  `${action === 'reject' ? 'X' : 'Y'}JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X`

/** A message that carries a file. */
export const attached = (file: string): string =>
  `From: alice@far.example\r\nSubject: see this\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n` +
  `--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/octet-stream; name="e.com"\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
  `${Buffer.from(file).toString('base64')}\r\n--b--\r\n`

const until = async (child: ChildProcess, path: string, said: () => string): Promise<void> => {
  for (let waited = 0; !existsSync(path); waited += pollMs) {
    if (child.exitCode !== null || waited > startMsMax) throw new Error(`it does not start: ${said().slice(-1_000)}`)
    await sleep(pollMs)
  }
}

const run = async (program: string, words: (folder: string) => readonly string[], files: (folder: string) => Readonly<Record<string, string>>): Promise<Peer> => {
  const folder = mkdtempSync(join(tmpdir(), 'scanner-'))
  // A cell's intake runs under an account of its own.
  chmodSync(folder, 0o755)
  for (const [name, text] of Object.entries(files(folder))) writeFileSync(join(folder, name), text)
  const child = spawn(program, words(folder), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-10_000)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const path = join(folder, 'socket')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(5_000)])
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until(child, path, () => said)
  } catch (error) {
    await stop()
    throw error
  }
  return { path, [Symbol.asyncDispose]: stop }
}

/** Without rules, network and Redis: it knows its test texts and nothing else. */
export const startRspamd = (port?: number): Promise<Peer> =>
  run('/usr/bin/rspamd', (folder) => ['-f', '--insecure', '-c', join(folder, 'rspamd.conf'), `--var=DBDIR=${folder}`, `--var=LOCAL_CONFDIR=${folder}`], (folder) => ({
    tlds: 'com\nexample\n',
    'rspamd.conf': `
      options { pidfile = null; filters = ""; enable_test_patterns = true; url_tld = "${folder}/tlds"; tempdir = "${folder}"; hs_cache_dir = "${folder}"; explicit_modules = [];
        dns { nameserver = ["127.0.0.1:1:1"]; timeout = 0.1s; retransmits = 0; }
        lua_path = "/usr/share/rspamd/lualib/?.lua;/usr/share/rspamd/lualib/?/init.lua"; }
      logging { type = "console"; level = "error"; }
      worker "normal" { bind_socket = "${folder}/socket mode=0666"; ${port === undefined ? '' : `bind_socket = "127.0.0.1:${port}";`} count = 1; }
      actions { reject = 15; add_header = 6; greylist = 4; }
      metric { name = "default"; }`,
  }))

/** With one signature of its own, so that it starts at once. */
export const startClamd = (): Promise<Peer> =>
  run('/usr/sbin/clamd', (folder) => ['-c', join(folder, 'clamd.conf')], (folder) => ({
    'test.hdb': `${createHash('md5').update(eicar).digest('hex')}:${eicar.length}:Eicar-Test-Signature\n`,
    'clamd.conf': `Foreground yes\nLocalSocket ${folder}/socket\nLocalSocketMode 666\nDatabaseDirectory ${folder}\nMaxThreads 2\nStreamMaxLength 1M\n`,
  }))

/** A milter that checks signatures and says so in a field of its own. */
export const startOpendkim = (): Promise<Peer> =>
  run('/usr/sbin/opendkim', (folder) => ['-f', '-x', join(folder, 'opendkim.conf')], (folder) => ({
    keys: '',
    'opendkim.conf': `Mode v\nSocket local:${folder}/socket\nSyslog no\nBackground no\nUMask 000\nAuthservID filter.example\nTestPublicKeys ${folder}/keys\nAlwaysAddARHeader yes\n`,
  }))
