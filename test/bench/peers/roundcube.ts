/**
 * Debian's Roundcube with a configuration of its own in a scratch directory, served by PHP's own server with as many workers as
 * a browser opens connections; it reads mail by IMAP from the server it is given, in plain.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endChild } from '../ending.ts'
import { portOpen } from '../ports.ts'

const home = '/usr/share/roundcube'
const packages = ['roundcube-core', 'roundcube-sqlite3', 'php-cli', 'php-sqlite3']
const isThere = (): boolean => existsSync(`${home}/index.php`) && existsSync('/usr/bin/php')

/** Installs it where it is missing and that may be done; else says how. */
export const ensureRoundcube = (say: (text: string) => void): boolean => {
  if (isThere()) return true
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages]
  if (process.getuid?.() === 0) {
    say(`installing ${packages.join(' ')}`)
    spawnSync('env', ['DEBIAN_FRONTEND=noninteractive', ...install], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  if (!isThere()) say(`Roundcube is not installed: ${install.join(' ')}`)
  return isThere()
}

/**
 * As Debian ships it, but for where things are, its language, and that it looks for words in all of the text, as the webmail beside it does:
 * by itself it looks into subject and sender, and its page offers the rest in a menu.
 */
const configuration = (root: string, imapPort: number): string => `<?php
$config['db_dsnw'] = 'sqlite:///${root}/roundcube.db?mode=0640';
$config['imap_host'] = '127.0.0.1:${imapPort}';
$config['smtp_host'] = '127.0.0.1:1';
$config['des_key'] = 'twenty-four-letters-here';
$config['plugins'] = [];
$config['skin'] = 'elastic';
$config['language'] = 'ja_JP';
$config['log_dir'] = '${root}/logs';
$config['temp_dir'] = '${root}/temp';
$config['session_lifetime'] = 60;
$config['imap_cache'] = null;
$config['mail_pagesize'] = 50;
$config['search_mods'] = ['*' => ['text' => 1]];
`

export interface Roundcube extends AsyncDisposable {
  readonly origin: string
}

export const startRoundcube = async (root: string, port: number, imapPort: number): Promise<Roundcube> => {
  for (const folder of ['', 'logs', 'temp']) mkdirSync(join(root, folder), { recursive: true })
  for (const file of ['defaults.inc.php', 'mimetypes.php']) symlinkSync(join('/etc/roundcube', file), join(root, file))
  writeFileSync(join(root, 'config.inc.php'), configuration(root, imapPort))
  const php = spawn('/usr/bin/php', ['-d', 'opcache.enable_cli=1', '-d', 'error_log=/dev/null', '-S', `127.0.0.1:${port}`, '-t', home], {
    env: { ...process.env, ROUNDCUBE_CONFIG_DIR: root, PHP_CLI_SERVER_WORKERS: '6' },
    stdio: 'ignore',
    // Its workers end with it.
    detached: true,
  })
  await portOpen(port, 15_000)
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => endChild(php, (pid) => process.kill(-pid, 'SIGTERM')),
  }
}
