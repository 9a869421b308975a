/** What `doctor` looks at. Each check gives findings: what is, whether it is right, and how to mend it. */
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigRefused, type PlatformConfig } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { processTable } from '../processes.ts'
import { findIsolation, openFilesLimit } from '../supervisor/launch.ts'
import { holderOf } from '../supervisor/lock.ts'
import { cellDirectory, codeRoot, type PlatformPaths } from '../supervisor/paths.ts'
import { ledgerDirectory } from '../supervisor/watch-process.ts'
import { verifyLedger } from '@bulkhead/watch/verify.ts'
import { doorsOf } from './listening.ts'
import { checkResolvers } from './resolver-check.ts'
import { checkScanners } from './scanner-check.ts'
import { checkUploads } from './upload-check.ts'
import type { Finding } from './finding.ts'

const right = (what: string): Finding => ({ is: 'right', what, mend: '' })
const warning = (what: string, mend: string): Finding => ({ is: 'warning', what, mend })
const wrong = (what: string, mend: string): Finding => ({ is: 'wrong', what, mend })

const gib = 1024 ** 3
const diskLow = 5 * gib
const diskOut = gib / 2
const certificateSoonMs = 21 * 86_400_000

const checkPrograms = (): readonly Finding[] =>
  ['setpriv', 'prlimit', 'unshare'].map((name) =>
    spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
      ? right(`${name} is there`)
      : wrong(`${name} is missing`, 'apt-get install util-linux'))

const checkIsolation = (root: boolean): readonly Finding[] => {
  const isolation = findIsolation(root)
  return [
    root
      ? right('processes get accounts of their own')
      : warning('not root: all processes share this account', 'start as root for separate accounts; bench and demonstration do without'),
    isolation === 'none'
      ? warning('network namespaces are not permitted here: processes that need no network could reach it', 'allow unshare, or use a firewall')
      : right('processes that need no network have none'),
  ]
}

const checkLimits = (): readonly Finding[] => {
  const wanted = Math.max(...processTable.map(({ openFiles }) => openFiles))
  const limit = openFilesLimit()
  if (limit >= wanted) return [right(`open files: ${limit}`)]
  return [warning(`open files: ${limit}, a busy gate wants ${wanted}`, 'raise the limit: ulimit -n, or LimitNOFILE= in the unit')]
}

const checkConfig = (paths: PlatformPaths): { readonly config: PlatformConfig | undefined; readonly findings: readonly Finding[] } => {
  try {
    const config = loadConfig(paths.config)
    const open = (statSync(paths.config).mode & 0o077) !== 0 && config.cells.some(({ database }) => database !== null)
    const outside = config.demo ? config.cells.filter(({ address }) => !/^127\.|^::1$/.test(address)) : []
    return {
      config,
      findings: [
        right(`${paths.config}: ${config.cells.length} ${config.cells.length === 1 ? 'cell' : 'cells'}`),
        ...(open ? [wrong(`${paths.config} holds database passwords and can be read by others`, `chmod 600 ${paths.config}`)] : []),
        ...outside.map(({ id, address }) =>
          wrong(`demonstration mode, but ${id} listens on ${address}: its passwords are published`, 'set demo: false, or address: 127.0.0.1')),
      ],
    }
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error
    return { config: undefined, findings: error.mistakes.map(({ line, what }) => wrong(`${error.file}:${line}: ${what}`, 'mend that line')) }
  }
}

const checkSafe = (paths: PlatformPaths): readonly Finding[] => {
  if (!existsSync(paths.safe)) {
    return existsSync(join(paths.data, 'postgres'))
      ? [wrong(`the safe ${paths.safe} is missing`, 'restore it from your own safekeeping; without it the data can\'t be opened')]
      : [right('the safe will be made at the first start')]
  }
  const open = readdirSync(paths.safe).filter((name) => (statSync(join(paths.safe, name)).mode & 0o077) !== 0)
  return [
    right(`the safe is ${paths.safe}; keep a copy of it apart from copies of the data`),
    ...open.map((name) => wrong(`${join(paths.safe, name)} can be read by others`, `chmod 600 ${join(paths.safe, name)}`)),
    ...(paths.safe.startsWith(`${paths.data}/`)
      ? [wrong('the safe lies inside the data directory, so that a copy of the data opens itself', 'move it and set BULKHEAD_SAFE')]
      : []),
  ]
}

const checkDisk = (paths: PlatformPaths): readonly Finding[] => {
  const { bavail, bsize } = statfsSync(paths.data)
  const free = bavail * bsize
  const text = `${(free / gib).toFixed(1)} GiB free for ${paths.data}`
  if (free < diskOut) return [wrong(text, 'free some space: mail is refused for the time being when the disk is full')]
  return [free < diskLow ? warning(text, 'plan for more space') : right(text)]
}

const checkShares = (paths: PlatformPaths): readonly Finding[] => {
  const folder = join(paths.data, 'recovery')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((isp) => {
    const shares = readdirSync(join(folder, isp))
    return shares.length === 0 ? [] : [warning(
      `${shares.length} shares of the recovery key of ${isp} lie together on this machine`,
      `hand each to its custodian and remove it: ${join(folder, isp)}`,
    )]
  })
}

const checkCertificate = (cell: string, file: string): Finding => {
  try {
    const leaf = new X509Certificate(readFileSync(file))
    const leftMs = leaf.validToDate.getTime() - Date.now()
    const what = `the certificate of ${cell} ends on ${leaf.validTo}`
    if (leftMs < 0) return wrong(what, `renew ${file}; it is taken on without a restart`)
    return leftMs < certificateSoonMs ? warning(what, `renew ${file}`) : right(what)
  } catch {
    return wrong(`the certificate ${file} of ${cell} can't be read`, 'mend the path, or its rights')
  }
}

const checkCertificates = (config: PlatformConfig): readonly Finding[] =>
  config.cells.flatMap(({ id, tls, mtaSts }) => {
    const policy = mtaSts.tls === null ? [] : [checkCertificate(`${id} for HTTPS`, mtaSts.tls.certificate)]
    if (tls !== null) return [checkCertificate(id, tls.certificate), ...policy]
    const own = warning(`${id} uses a certificate that only this platform vouches for`, 'give the cell tls: certificate and key')
    return config.demo ? policy : [own, ...policy]
  })

const checkRunning = async (paths: PlatformPaths, config: PlatformConfig): Promise<readonly Finding[]> => {
  const holder = holderOf(paths.data)
  if (holder?.purpose !== 'up') return [warning('the platform is not running', `./bulkhead up --data ${paths.data}`)]
  const doors = (await Promise.all(config.cells.map(doorsOf))).flat()
  const closed = doors.filter(({ open }) => !open)
  return [
    right(`running as process ${holder.pid}; ${doors.length - closed.length} of ${doors.length} doors are open`),
    ...closed.map(({ cell, protocol, address, port, why }) =>
      wrong(`${cell} ${protocol} ${address}:${port} does not answer (${why})`, `${paths.data}/log/${cell}-gate.ndjson says more`)),
  ]
}

const checkLedger = (paths: PlatformPaths): readonly Finding[] => {
  const verified = verifyLedger(ledgerDirectory(paths))
  return [verified.is === 'whole'
    ? right(`the ledger is whole: ${verified.lines} ${verified.lines === 1 ? 'line' : 'lines'}`)
    : wrong(`the ledger is broken at ${verified.file}:${verified.line}: ${verified.why}`, 'keep it as evidence, and open a case')]
}

export const examine = async (paths: PlatformPaths): Promise<readonly Finding[]> => {
  const { config, findings } = checkConfig(paths)
  return [
    right(`Node ${process.versions.node}, code in ${codeRoot}`),
    ...checkPrograms(), ...checkIsolation(paths.root), ...checkLimits(), ...findings, ...checkSafe(paths), ...checkDisk(paths), ...checkShares(paths),
    ...(config === undefined ? [] : [
      ...checkCertificates(config), ...(await checkResolvers(config)), ...(await checkScanners(config, paths.root)), ...(await checkRunning(paths, config)),
      ...(await Promise.all(config.cells.map(({ id }) => checkUploads(id, join(cellDirectory(paths, id), 'blobs'))))).flat(),
    ]),
    ...checkLedger(paths),
  ]
}
