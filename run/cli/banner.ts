/** What a start prints: where everything listens, and in demonstration how to log in. */
import { portsOf, type CellConfig, type PlatformConfig } from '../config/config.ts'
import { demoAccounts } from '../config/demo.ts'
import { plainWebPort } from '../config/web.ts'
import type { PlatformPaths } from '../supervisor/paths.ts'
import { authorityFile } from '../supervisor/tls-material.ts'

const portNames: Readonly<Record<number, string>> = {
  25: 'SMTP', 587: 'submission', 465: 'submissions', 143: 'IMAP', 993: 'IMAPS', 110: 'POP3', 995: 'POP3S',
  4190: 'ManageSieve', 443: 'HTTPS', [plainWebPort]: 'HTTP',
}

const withPort = (port: number, usual: number): string => (port === usual ? '' : `:${port}`)

/** Where a browser opens the webmail; on loopback in plain, which browsers trust as much and ask for no certificate. */
const webmailAddress = ({ web, portBase, hostName, mtaSts }: CellConfig): string => {
  if (web.plain) return `http://localhost:${portBase + plainWebPort}/`
  return mtaSts.listen ? `https://${web.hosts[0] ?? hostName}${withPort(portBase + 443, 443)}/` : 'is off (mtaSts.listen is false)'
}

export const banner = (config: PlatformConfig, paths: PlatformPaths, tookMs: number): readonly string[] => {
  const cells = config.cells.flatMap((cell) => [
    '',
    `  ${cell.name} (${cell.id}) on ${cell.address}`,
    `    ${portsOf(cell).map(({ port }) => `${portNames[port] ?? port} ${cell.portBase + port}`).join(', ')}`,
    `    webmail ${webmailAddress(cell)}`,
    ...(config.demo ? demoAccounts.filter((account) => account.cell === cell.id).map(({ address, password }) => `    ${address}  password ${password}`) : []),
  ])
  const [first, second] = config.cells
  const example = config.demo && first?.id === 'minato' && second?.id === 'kaede'
  return [
    `${config.operator}: ${config.cells.length} ${config.cells.length === 1 ? 'ISP' : 'ISPs'} up after ${(tookMs / 1000).toFixed(1)} s; data in ${paths.data}`,
    ...cells,
    '',
    ...(config.metrics.port === 0 ? [] : [`  metrics    http://${config.metrics.address}:${config.metrics.port}/metrics`]),
    `  authority  ${authorityFile(paths)} (clients of the sample certificates trust this)`,
    ...(example ? [
      '',
      `  send       swaks --server 127.0.0.1:${first.portBase + 25} --from you@elsewhere.example --to hanako@minato.example`,
      `  read       curl -s 'imap://127.0.0.1:${first.portBase + 143}/INBOX;MAILINDEX=*' -u hanako@minato.example:demo-hanako-lighthouse`,
    ] : []),
    '',
    '  stop with Ctrl-C',
  ]
}
