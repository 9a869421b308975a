/** The mail programs that tests talk to, from the system's packages. Only what is missing; no daemon is started. */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Package and a file that shows it is there. */
const programs = [
  ['swaks', '/usr/bin/swaks'],
  ['msmtp', '/usr/bin/msmtp'],
  ['mutt', '/usr/bin/mutt'],
  ['isync', '/usr/bin/mbsync'],
  ['offlineimap3', '/usr/bin/offlineimap'],
  ['getmail6', '/usr/bin/getmail'],
  ['curl', '/usr/bin/curl'],
  ['openssl', '/usr/bin/openssl'],
  ['ca-certificates', '/usr/sbin/update-ca-certificates'],
  ['procps', '/usr/bin/ps'],
  ['postfix', '/usr/sbin/postfix'],
  ['unbound', '/usr/sbin/unbound'],
  ['rspamd', '/usr/bin/rspamd'],
  ['clamav-daemon', '/usr/sbin/clamd'],
  ['opendkim', '/usr/sbin/opendkim'],
  ['bind9-utils', '/usr/bin/dnssec-signzone'],
  ['python3-dkim', '/usr/lib/python3/dist-packages/dkim/__init__.py'],
  ['python3-authres', '/usr/lib/python3/dist-packages/authres/__init__.py'],
  ['dovecot-imapd', '/usr/lib/dovecot/imap'],
  ['dovecot-lmtpd', '/usr/lib/dovecot/lmtp'],
  ['chromium', '/usr/bin/chromium'],
  ['chromium-headless-shell', '/usr/lib/chromium/chromium-headless-shell'],
  ['fonts-noto-cjk', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  ['sieve-connect', '/usr/bin/sieve-connect'],
  ['dovecot-pop3d', '/usr/lib/dovecot/pop3'],
]

const policy = '/usr/sbin/policy-rc.d'

const aptGet = (args) =>
  spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' },
  }).status === 0

/** With this file in place no package starts a service while it is installed; another's file is left as it is. */
const withoutDaemons = (act) => {
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return act()
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/** Any supported server will do for the tests of an external database; 15 is Debian 12's. */
const hasPostgres = () => ['15', '16', '17', '18'].some((major) => existsSync(`/usr/lib/postgresql/${major}/bin/initdb`))

export const installTestPrograms = (stop) => {
  const missing = programs.filter(([, file]) => !existsSync(file)).map(([name]) => name)
  if (!hasPostgres()) missing.push('postgresql')
  if (missing.length === 0) return
  const advice = `the tests need: apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) return stop(advice)
  process.stderr.write(`setup: installing for the tests: ${missing.join(' ')}\n`)
  const done = withoutDaemons(() => aptGet(['update']) && aptGet(['install', '-y', '--no-install-recommends', ...missing]))
  if (!done) stop(`apt-get failed; ${advice}`)
}
