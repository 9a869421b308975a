/**
 * Debian's Dovecot with a configuration of its own in a scratch directory: sdbox, fsync as Debian ships it, log-in
 * processes that serve many clients, LMTP and IMAP on loopback. Needs root, since Dovecot separates its accounts.
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync, chownSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endChild } from '../ending.ts'
import { portOpen } from '../ports.ts'

export interface Dovecot extends AsyncDisposable {
  readonly imapPort: number
  readonly imapsPort: number
  readonly lmtpPort: number
  readonly masterPid: number
}

const mailUid = 8_888

const configuration = (root: string, imapPort: number, imapsPort: number, lmtpPort: number, certificate: string, key: string): string => `
base_dir = ${root}/run
state_dir = ${root}/state
log_path = ${root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${certificate}
ssl_key = <${key}
disable_plaintext_auth = no
auth_mechanisms = plain
auth_cache_size = 10M
mail_location = sdbox:${root}/mail/%n
mail_uid = ${mailUid}
mail_gid = ${mailUid}
first_valid_uid = ${mailUid}
mail_fsync = optimized
mail_max_userip_connections = 10000
default_vsz_limit = 0
passdb {
  driver = static
  args = password=correct-horse-battery
}
userdb {
  driver = static
  args = uid=${mailUid} gid=${mailUid} home=${root}/mail/%n
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
  }
  service_count = 0
  client_limit = 2000
  process_limit = 4
}
service imap {
  process_limit = 6000
  service_count = 1
  client_limit = 1
}
service anvil {
  client_limit = 10000
}
service auth {
  client_limit = 10000
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
  process_min_avail = 10
}
`

export const startDovecot = async (
  root: string,
  imapPort: number,
  imapsPort: number,
  lmtpPort: number,
  tls: { readonly certificate: string; readonly key: string },
): Promise<Dovecot> => {
  mkdirSync(join(root, 'mail'), { recursive: true })
  mkdirSync(join(root, 'state'), { recursive: true })
  chmodSync(root, 0o755)
  chmodSync(dirname(root), 0o711)
  chownSync(join(root, 'mail'), mailUid, mailUid)
  const path = join(root, 'dovecot.conf')
  writeFileSync(path, configuration(root, imapPort, imapsPort, lmtpPort, tls.certificate, tls.key))
  // In a process group of its own: an interruption from the keyboard is told to it by whom it was started, once.
  const master = spawn('setpriv', ['--pdeathsig', 'TERM', '--', '/usr/sbin/dovecot', '-F', '-c', path], { stdio: 'ignore', detached: true })
  await portOpen(imapPort, 15_000)
  await portOpen(lmtpPort, 15_000)
  return {
    imapPort,
    imapsPort,
    lmtpPort,
    masterPid: master.pid ?? 0,
    [Symbol.asyncDispose]: () => endChild(master, (pid) => process.kill(pid, 'SIGTERM')),
  }
}
