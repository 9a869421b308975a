/**
 * What an account of the operating system reaches, tried by a program that runs as it and nothing else: Node's own permissions,
 * which the processes have on top, are out of the way.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** `connect` to a socket, `list` a directory, `read` a file. */
export interface Wish {
  readonly how: 'connect' | 'list' | 'read'
  readonly path: string
}

const tryAll = `
  const fs = require('node:fs'), net = require('node:net')
  const connect = (path) => new Promise((resolve) => {
    const socket = net.connect(path)
    socket.once('connect', () => (socket.destroy(), resolve('ok')))
    socket.once('error', (error) => resolve(error.code))
  })
  const reading = { list: (path) => fs.readdirSync(path), read: (path) => fs.readSync(fs.openSync(path), Buffer.alloc(1)) }
  const attempt = (how, path) => { try { reading[how](path); return 'ok' } catch (error) { return error.code } }
  const outcome = ({ how, path }) => how === 'connect' ? connect(path) : attempt(how, path)
  Promise.all(JSON.parse(fs.readFileSync(0, 'utf8')).map(outcome)).then((outcomes) => process.stdout.write(JSON.stringify(outcomes)))`

const idsOf = (status: string, name: string): readonly string[] => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim().split(/\s+/) ?? []

/** With the account and the groups of the process `pid`, the outcome of each wish: `ok`, or the error's code. */
export const reachAs = async (pid: number, wishes: readonly Wish[]): Promise<readonly string[]> => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [uid = '', gid = ''] = [idsOf(status, 'Uid')[0], idsOf(status, 'Gid')[0]]
  const groups = idsOf(status, 'Groups').filter((group) => group !== '')
  const running = promisify(execFile)('setpriv', [
    `--reuid=${uid}`, `--regid=${gid}`, groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`, '--no-new-privs',
    '--bounding-set=-all', '--inh-caps=-all', '--', process.execPath, '-e', tryAll,
  ], { cwd: '/', timeout: 60_000 })
  running.child.stdin?.end(JSON.stringify(wishes))
  return JSON.parse((await running).stdout) as readonly string[]
}
