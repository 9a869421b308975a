/**
 * Debian's Postfix as an instance of its own in a scratch directory: SMTP on loopback in, LMTP to Dovecot out. Its queue is
 * on the same disk as everybody's. Needs root.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { portOpen } from '../ports.ts'

export interface Postfix extends AsyncDisposable {
  readonly smtpPort: number
}

const masterTable = (address: string, smtpPort: number): string => `
${address}:${smtpPort} inet n - n - 200 smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
local     unix - n n - - local
virtual   unix - n n - - virtual
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
tlsmgr    unix - - n 1000? 1 tlsmgr
`

const mainTable = (root: string, transport: string, domain: string): string => `
compatibility_level = 3.6
queue_directory = ${root}/queue
data_directory = ${root}/data
mail_owner = postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = peer.example
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = ${domain}
virtual_transport = ${transport}
lmtp_destination_concurrency_limit = 20
local_recipient_maps =
alias_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtp_host_lookup = native
maillog_file = ${root}/mail.log
maillog_file_prefixes = ${root}
message_size_limit = 52428800
mailbox_size_limit = 0
virtual_mailbox_limit = 0
`

/**
 * Settings of `extra` take the place of those before. None may stand twice: each Postfix process warns of that as it
 * starts, and enough warnings before `postlogd` runs fill its socket, at which master and the rest wait for each other
 * for good.
 */
const settled = (main: string, extra: string): string => {
  const byName = new Map<string, string>()
  for (const line of `${main}\n${extra}`.split('\n')) {
    const equals = line.indexOf('=')
    if (equals > 0) byName.set(line.slice(0, equals).trim(), line)
  }
  return `${[...byName.values()].join('\n')}\n`
}

/** `extra` is main.cf's settings of this instance, one a line (a relay map for the tests of traffic in both directions). */
export const startPostfix = async (
  root: string,
  smtpPort: number,
  options: { readonly transport: string; readonly domain: string; readonly extra?: string; readonly address?: string },
): Promise<Postfix> => {
  const config = join(root, 'etc')
  for (const directory of [config, join(root, 'queue'), join(root, 'data')]) mkdirSync(directory, { recursive: true })
  // Postfix's own accounts must be able to search their way here.
  chmodSync(dirname(root), 0o711)
  execFileSync('chown', ['postfix', join(root, 'data')])
  writeFileSync(join(config, 'master.cf'), masterTable(options.address ?? '127.0.0.1', smtpPort))
  writeFileSync(join(config, 'main.cf'), settled(mainTable(root, options.transport, options.domain), options.extra ?? ''))
  const log = 'postlog   unix-dgram n - n - 1 postlogd\n'
  writeFileSync(join(config, 'master.cf'), readFileSync(join(config, 'master.cf'), 'utf8') + log)
  spawnSync('postfix', ['-c', config, 'set-permissions'], { stdio: 'ignore' })
  const started = spawnSync('postfix', ['-c', config, 'start'], { encoding: 'utf8' })
  if (started.status !== 0) throw new Error(`postfix did not start: ${started.stderr.slice(0, 500)}`)
  await portOpen(smtpPort, 15_000, options.address)
  return {
    smtpPort,
    async [Symbol.asyncDispose]() {
      spawnSync('postfix', ['-c', config, 'stop'], { stdio: 'ignore' })
    },
  }
}
