/** What the operator decides, as one frozen value. Read from one YAML file by `load.ts`; nothing else is configuration. */
import type { CellId } from '@bulkhead/base/ids.ts'
import type { ScannerConfig } from './scanners.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Base64 } from '@bulkhead/door/contracts/vault.ts'
import type { EgressPool, MailLimits, ReceptionPolicy, ReportPolicy, SessionPolicy, RetryPolicy, Route } from '@bulkhead/door/contracts/start.ts'
import type { DnsConfig } from './dns.ts'
import type { MtaStsConfig } from './mta-sts.ts'
import { plainWebPort, type WebConfig } from './web.ts'
import type { TlsFiles } from './tls-files.ts'
import type { Mistake } from './mistake.ts'

export interface CellConfig {
  readonly id: CellId
  readonly isp: string
  /** The ISP's name as people read it. */
  readonly name: string
  readonly address: string
  /** Added to every well-known port; 0 in production. */
  readonly portBase: number
  /** What it calls itself in greetings, and the name in its own certificate. */
  readonly hostName: string
  /** Null: a certificate by the platform's private CA, for demonstration. */
  readonly tls: TlsFiles | null
  /** An administrator's URL of the cell's own PostgreSQL; null: the platform's own server. */
  readonly database: Secret<string> | null
  /** Layer-4 routers that speak the PROXY protocol, as addresses or CIDR blocks. */
  readonly proxyFrom: readonly string[]
  /** How many of the cell's mailrooms run; its accounts are spread over them. */
  readonly mailrooms: number
  /** How many take in mail; the gate gives each session to the next. */
  readonly intakes: number
  readonly limits: MailLimits
  readonly sessions: SessionPolicy
  readonly reception: ReceptionPolicy
  readonly retry: RetryPolicy
  readonly egress: readonly EgressPool[]
  readonly dns: DnsConfig
  readonly mtaSts: MtaStsConfig
  readonly reports: ReportPolicy
  readonly web: WebConfig
  /** Whether ManageSieve listens; scripts are kept over JMAP as well. */
  readonly manageSieve: boolean
  readonly scanners: readonly ScannerConfig[]
  /** The ISP's recovery key (W4), 32 bytes; null: no escrow. */
  readonly escrow: Base64 | null
  readonly line: number
}

export type RouteConfig = Omit<Route, 'login'> & { readonly login?: { readonly name: string; readonly password: Secret<string> } }

export interface PlatformConfig {
  readonly operator: string
  /** Two sample ISPs with published passwords; log-in without TLS on loopback; mail never leaves the machine. */
  readonly demo: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly metrics: { readonly address: string; readonly port: number }
  readonly cells: readonly CellConfig[]
  readonly routes: readonly RouteConfig[]
}

/** Everything wrong with a configuration file, each with its line and what mends it. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
  readonly file: string
  readonly mistakes: readonly Mistake[]

  constructor(file: string, mistakes: readonly Mistake[]) {
    super(mistakes.map(({ line, what }) => `${file}:${line}: ${what}`).join('\n'))
    this.file = file
    this.mistakes = mistakes
  }
}

/** The well-known port of everything a cell listens on. */
export const wellKnownPorts = [
  { protocol: 'smtp', port: 25, implicitTls: false },
  { protocol: 'submission', port: 587, implicitTls: false },
  { protocol: 'submission', port: 465, implicitTls: true },
  { protocol: 'imap', port: 143, implicitTls: false },
  { protocol: 'imap', port: 993, implicitTls: true },
  { protocol: 'pop3', port: 110, implicitTls: false },
  { protocol: 'pop3', port: 995, implicitTls: true },
  { protocol: 'managesieve', port: 4190, implicitTls: false },
  { protocol: 'https', port: 443, implicitTls: true },
  { protocol: 'http', port: plainWebPort, implicitTls: false },
] as const

/** Those of a cell. HTTP in plain is for demonstrations on loopback alone: a browser asks for no certificate there. */
export const portsOf = ({ mtaSts, web, manageSieve }: Pick<CellConfig, 'mtaSts' | 'web' | 'manageSieve'>) => {
  const isOn: Readonly<Record<string, boolean>> = { https: mtaSts.listen, http: web.plain, managesieve: manageSieve }
  return wellKnownPorts.filter(({ protocol }) => isOn[protocol] ?? true)
}

export const portBaseMax = 65_535 - 4_190
