/**
 * What the supervisor gives a process when it starts, over its IPC channel, and what the process tells back. Secrets
 * travel here and nowhere else: not in the environment, not on the command line.
 */
import type { BrandLook } from './brand.ts'
import type { Base64 } from './vault.ts'
import type { MailProtocol } from './warden.ts'

export const processNames = ['vault', 'warden', 'intake', 'mailroom', 'courier', 'desk', 'gate', 'scout', 'reader', 'watch'] as const
export type ProcessName = (typeof processNames)[number]

/** One listening port of a gate. */
export interface Listener {
  /** `http` only in demonstration mode, and on loopback. */
  readonly protocol: 'smtp' | 'https' | 'http' | MailProtocol
  readonly address: string
  readonly port: number
  /** TLS from the first byte (465, 993, 995). */
  readonly implicitTls: boolean
  /**
   * An inherited file descriptor, already bound to address and port: `listen({ fd })` instead of binding. A gate that has
   * these lives in a network namespace of its own and can reach nothing; without one it binds itself.
   */
  readonly fd?: number
}

export interface TlsMaterial {
  readonly certificate: string
  readonly key: string
}

/** A static route of the courier: a domain, `.suffix` or `*`, and where its mail goes. First match wins; none means MX. */
export interface Route {
  readonly domain: string
  readonly host: string
  readonly port: number
  /** `verified`: only where the host's certificate is good for its name. */
  readonly tls?: 'may' | 'verified'
  readonly login?: RouteLogin
}

/** Said over TLS only. */
export interface RouteLogin {
  readonly name: string
  readonly password: string
}

/** Addresses of this machine that mail leaves from; a family without one is not used. */
export interface EgressSource {
  readonly v4: string | null
  readonly v6: string | null
  /** What is said in EHLO; null: the cell's own name. */
  readonly hostName: string | null
}

/** Of these brands; of all others where none is named. */
export interface EgressPool {
  readonly brands: readonly string[]
  readonly sources: readonly EgressSource[]
}

export interface StartCommon {
  readonly cell: string
  /** Doors this process serves: the caller's name to the socket's path. */
  readonly serves: Readonly<Record<string, string>>
  /** Doors this process may knock at: the serving process's name to the socket's path. */
  readonly knocks: Readonly<Record<string, string>>
  /** Key of this cell's pseudonyms, 32 bytes. */
  readonly pseudonymKey: Base64
  /** What notes of the trace are sealed to, 32 bytes. */
  readonly tracePublicKey: Base64
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

export type Start =
  | (StartCommon & { readonly process: 'vault'; readonly keyTable: string; readonly rootFile: string; readonly unsealSecret: Base64; readonly budgets: VaultBudgets })
  | (StartCommon & { readonly process: 'warden'; readonly directoryUrl: string; readonly escrowPublicKey: Base64 | null; readonly argon2: { readonly m: number; readonly t: number; readonly p: number }; readonly hashesAtOnce: number; readonly mailrooms: readonly MailroomFact[] })
  | (StartCommon & { readonly process: 'intake'; readonly directoryUrl: string; readonly mailUrl: string; readonly queueUrl: string; readonly blobs: string; readonly hostName: string; readonly limits: MailLimits; readonly queuePublicKey: Base64; /** Opens delivery rules. */ readonly rulesPrivateKey: Base64; readonly reception: ReceptionPolicy; readonly reports: ReportPolicy; /** The ISP's name as people read it. */ readonly organization: string; /** Whether there is a resolver to ask; else nobody is asked who a message is from. */ readonly resolves: boolean; readonly scanners: readonly ScannerFact[]; /** See `run/config/web.ts`. */ readonly pushContact: string | null })
  | (StartCommon & { readonly process: 'mailroom'; readonly directoryUrl: string; readonly mailUrl: string; readonly queueUrl: string; readonly blobs: string; readonly hostName: string; readonly limits: MailLimits; readonly sessions: SessionPolicy; readonly web: WebSessionPolicy; /** Where JMAP begins, as clients reach it; null: the cell listens to no HTTPS. */ readonly jmapUrl: string | null; readonly rulesPublicKey: Base64; /** Shows what is a notice of the provider. */ readonly noticePublicKey: Base64; readonly queuePublicKey: Base64 })
  | (StartCommon & { readonly process: 'courier'; readonly queueUrl: string; readonly egress: readonly EgressPool[]; readonly hostName: string; readonly routes: readonly Route[]; readonly queuePrivateKey: Base64; readonly retry: RetryPolicy; readonly trustedCa: string | null; readonly localOnly: boolean })
  | (StartCommon & { readonly process: 'desk'; readonly directoryUrl: string; readonly mailUrl: string; readonly queueUrl: string; readonly blobs: string; /** Signs notices of the provider. */ readonly noticePrivateKey: Base64; readonly host: HostFacts })
  | (StartCommon & { readonly process: 'gate'; readonly hostName: string; readonly listeners: readonly Listener[]; readonly tls: TlsMaterial; readonly plainLoginOnLoopback: boolean; readonly proxyFrom: readonly string[]; readonly limits: MailLimits; readonly sessions: SessionPolicy; readonly mailrooms: readonly MailroomFact[]; readonly intakes: readonly string[]; readonly reception: ReceptionPolicy; readonly sts: StsServing; readonly web: WebServing; /** Of HTTPS; null where `tls` serves for it too. */ readonly httpsTls: TlsMaterial | null })
  | (StartCommon & { readonly process: 'scout'; readonly dns: DnsFacts; readonly relays: readonly RelayFact[]; readonly policies: PolicyFetching })
  | (StartCommon & { readonly process: 'reader'; readonly messageBytesMax: number })
  | (StartCommon & { readonly process: 'watch'; readonly ledger: string; readonly metrics: { readonly address: string; readonly port: number; readonly fd?: number } })

export type StartOf<P extends ProcessName> = Extract<Start, { process: P }>

/** How the scout fetches MTA-STS policies for a check. */
export interface PolicyFetching {
  readonly port: number
  /** Certificates believed beside those of everybody's authorities, PEM; null for none. */
  readonly authority: string | null
  /** Nothing but loopback is spoken to. */
  readonly localOnly: boolean
}

/** What DNS has to say of the cell's host, for the desk to check. */
export interface HostFacts {
  readonly hostName: string
  /** Null: it listens on every address, or on one that nobody outside can reach. */
  readonly address: string | null
  /** Where mail leaves from; addresses that nobody outside sees are left out. */
  readonly egress: readonly EgressPool[]
  readonly portBase: number
  /** Names the MTA-STS policy of the moment in the `_mta-sts` record; null where none is served. */
  readonly stsId: string | null
  /** SHA-256 of the public key of the cell's certificate (TLSA 3 1 1, RFC 7672 section 3.1.1). */
  readonly keyDigest: Base64
}

/** The MTA-STS policy (RFC 8461 section 3.2) that the gate serves, as text, and for which domains. */
export interface StsServing {
  readonly policy: string
  readonly domains: readonly string[]
}

/** What the gate has to know of the web. */
export interface WebServing {
  /** Names it answers to, beside those of loopback in demonstration mode. */
  readonly hosts: readonly string[]
  /** A name of its own for what strangers wrote; null: none, unless in demonstration mode. */
  readonly contentHost: string | null
  /** Loopback is a place for webmail: `localhost` for pages and `127.0.0.1` for content, or the other way. */
  readonly onLoopback: boolean
  /** The ISP's name as people read it, where no brand says its own. */
  readonly organization: string
  readonly looks: readonly BrandLook[]
}

/** How long sessions of the web last. */
export interface WebSessionPolicy {
  /** Without a request. */
  readonly idleMs: number
  readonly lifetimeMs: number
}

/** Whom the scout asks. */
export interface DnsFacts {
  /** None: every question is away. `trusted`: their AD bit counts. */
  readonly servers: readonly { readonly address: string; readonly port: number; readonly trusted: boolean }[]
  /** A signed name whose SOA shows whether they validate; '' is the root. */
  readonly probe: string
}

export const scannerKinds = ['rspamd', 'clamav', 'milter'] as const
export const scannerFailures = ['accept', 'tempfail', 'mark'] as const

/** Something that looks into whole messages for reception. */
export interface ScannerFact {
  readonly name: string
  readonly kind: (typeof scannerKinds)[number]
  /** Which stage of judging it answers for. */
  readonly stage: 'virus' | 'spam'
  /** Its socket, or the scout's that leads to it. */
  readonly path: string
  readonly limitMs: number
  readonly sizeBytesMax: number
  /** What becomes of mail while it can't be asked. */
  readonly whenAway: (typeof scannerFailures)[number]
}

/** A scanner that the operator named by TCP: the scout serves it to intake on the Unix socket `path`. */
export interface RelayFact {
  readonly name: string
  readonly path: string
  readonly host: string
  readonly port: number
}

export interface MailroomFact {
  readonly name: string
  /** The mailroom's HPKE public key of this run, 32 bytes. */
  readonly publicKey: Base64
  /** Socket on which this process reaches that mailroom; empty where it may not. */
  readonly path: string
}

/** Reports between mail domains. */
export interface ReportPolicy {
  /** Whether others get reports of what we saw of theirs. */
  readonly send: boolean
  /** Local parts that take others' reports, in every domain of the cell where no account has the address. */
  readonly addresses: readonly string[]
}

export interface VaultBudgets {
  /** Unwraps of one account an hour that may fail. */
  readonly wrongPerAccountHour: number
  /** Unwraps of one caller a second. */
  readonly unwrapsPerSecond: number
  /** Addresses opened an hour. */
  readonly addressesPerHour: number
  /** Notes of the message trace opened an hour. */
  readonly tracesPerHour: number
}

export interface MailLimits {
  readonly messageBytesMax: number
  readonly recipientsMax: number
  readonly connectionsMax: number
  readonly connectionsPerPeerMax: number
}

/** What a cell allows sessions after login. */
export interface SessionPolicy {
  /** Sessions of one account at once, those that are parked included. */
  readonly perAccountMax: number
  /** Quiet IMAP sessions park after so long (ADR 0010). */
  readonly parkAfterMs: number
  /** LOGIN-DELAY of POP3 (RFC 2449 section 6.5); 0: none. */
  readonly pop3LoginDelayMs: number
}

/** A DNS list of addresses (RFC 5782). */
export interface DnsList {
  readonly zone: string
  /** An address on an allow list is known good: no block list, no greylisting. */
  readonly kind: 'block' | 'allow'
  /** What a listing adds to a peer's score. */
  readonly weight: number
  /** Answers that count: addresses or networks within 127.0.0.0/8. */
  readonly answers: readonly string[]
}

/** Connections, messages and recipients a minute, as much at once; 0: not limited. */
export interface RateLimits {
  readonly connections: number
  readonly messages: number
  readonly recipients: number
}

/** How a cell judges who connects to port 25. Changes while it runs (`reception` below). */
export interface ReceptionPolicy {
  /** Where who is refused can read why; null: replies name no page. */
  readonly helpUrl: string | null
  /** Wait before the greeting for peers that have not delivered before; who speaks before it is refused. 0: none. */
  readonly greetDelayMs: number
  /** EHLO names that can't be true: our own name, a bare address, another's literal. */
  readonly hello: 'note' | 'refuse'
  /** Names of the peer's address in DNS (PTR), and whether one leads back to it. */
  readonly reverseName: 'note' | 'require' | 'requireConfirmed'
  readonly lists: readonly DnsList[]
  /** A peer is refused whose block lists weigh as much. */
  readonly refuseAt: number
  /** How long a recipient waits for what DNS says of the peer; who has not answered then says nothing. */
  readonly dnsTimeoutMs: number
  readonly greylist: {
    /** Brands whose recipients are greylisted. */
    readonly brands: 'none' | 'all' | readonly string[]
    readonly waitMs: number
    /** A second attempt counts this long after the first. */
    readonly retryMs: number
    /** Who has passed passes for so long. */
    readonly passMs: number
    /** Whom the sender's domain names as its own by SPF waits not. */
    readonly trustSpf: boolean
  }
  readonly rates: { readonly address: RateLimits; readonly network: RateLimits; readonly senderDomain: Omit<RateLimits, 'connections'> }
  /** Unknown recipients of one network within an hour, over all its sessions; beyond it every recipient is put off. 0: not limited. */
  readonly unknownPerHour: number
}

export interface RetryPolicy {
  /** Wait before attempt n+1; the last one repeats. */
  readonly waitsMs: readonly number[]
  readonly giveUpAfterMs: number
  /** When the sender is told that it takes long, once; 0: never. */
  readonly warnAfterMs: number
}

export type ToProcess =
  | { readonly say: 'start'; readonly start: Start }
  | { readonly say: 'mailrooms'; readonly mailrooms: readonly MailroomFact[] }
  /** Paths of the intakes that are ready. */
  | { readonly say: 'intakes'; readonly intakes: readonly string[] }
  | { readonly say: 'reception'; readonly reception: ReceptionPolicy }
  | { readonly say: 'tls'; readonly tls: TlsMaterial }
  | { readonly say: 'httpsTls'; readonly tls: TlsMaterial }
  | { readonly say: 'sts'; readonly sts: StsServing }
  | { readonly say: 'web'; readonly web: WebServing }
  | { readonly say: 'host'; readonly host: HostFacts }
  | { readonly say: 'routes'; readonly routes: readonly Route[] }
  | { readonly say: 'health'; readonly id: number }
  | { readonly say: 'stop' }

export type FromProcess =
  | { readonly say: 'ready'; readonly publicKey?: Base64 }
  | { readonly say: 'healthy'; readonly id: number }
  | { readonly say: 'failed'; readonly reason: string }
