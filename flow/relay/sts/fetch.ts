/**
 * Fetches the policy of a domain by HTTPS (RFC 8461 section 3.3): from `mta-sts.` and the domain, with WebPKI, no redirect, a
 * limit on bytes and one on the whole time.
 */
import { Agent, request } from 'node:https'
import { parseStsPolicy, stsPolicyBytesMax, type StsPolicy } from '@bulkhead/wire/sts/policy.ts'
import type { Dns } from '../../resolving/dns.ts'
import { addressesOf } from '../addresses.ts'
import type { TlsProblem } from '../dane/verify.ts'
import { mayReach } from '../dial.ts'
import type { Trust } from '../trust.ts'

export type StsFetched =
  | { readonly is: 'policy'; readonly policy: StsPolicy }
  | { readonly is: 'failed'; readonly problem: TlsProblem }

export interface StsFetching {
  readonly dns: Dns
  /** Demonstration: nothing but loopback is ever spoken to. */
  readonly localOnly: boolean
  readonly trust: Trust
  /** 443; another one in tests. */
  readonly port: number
  /** For the whole of it; RFC 8461 section 3.3 speaks of a minute, and mail waits for it. */
  readonly timeoutMs: number
}

export const stsFetchMs = 20_000
export const httpsPort = 443
/** Fetches under way; more wait for nobody and fail, to be tried again. */
const fetchesAtOnceMax = 32
const addressesTried = 2

const failed = (type: TlsProblem['type'], reason: string): StsFetched => ({ is: 'failed', problem: { type, reason } })

/** Faults of a certificate, by the codes Node and OpenSSL give them. */
const certificateCode = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_PURPOSE)/

const failedBy = (error: Error): StsFetched => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return failed(certificateCode.test(code) ? 'sts-webpki-invalid' : 'sts-policy-fetch-error', code)
}

const isPlainText = (type: string | undefined): boolean => type?.split(';', 1)[0]?.trim().toLowerCase() === 'text/plain'

const policyIn = (body: Buffer): StsFetched => {
  const policy = parseStsPolicy(body.toString('latin1'))
  return policy === undefined ? failed('sts-policy-invalid', 'not a policy') : { is: 'policy', policy }
}

interface Asking {
  readonly agent: Agent
  readonly port: number
  readonly timeoutMs: number
}

const fetchFrom = (address: string, domain: string, { agent, port, timeoutMs }: Asking): Promise<StsFetched> =>
  new Promise((resolve) => {
    const host = `mta-sts.${domain}`
    const asking = request({
      host: address, port, path: '/.well-known/mta-sts.txt', servername: host, agent,
      headers: { host, accept: 'text/plain' }, maxHeaderSize: stsPolicyBytesMax,
    })
    const end = (fetched: StsFetched): void => {
      clearTimeout(timer)
      asking.destroy()
      resolve(fetched)
    }
    const timer = setTimeout(() => end(failed('sts-policy-fetch-error', 'no policy in time')), timeoutMs)
    asking.on('error', (error) => end(failedBy(error)))
    asking.on('response', (response) => {
      if (response.statusCode !== 200) return end(failed('sts-policy-fetch-error', `HTTP status ${response.statusCode}`))
      if (!isPlainText(response.headers['content-type'])) return end(failed('sts-policy-fetch-error', 'not text/plain'))
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > stsPolicyBytesMax) return end(failed('sts-policy-invalid', 'policy is too long'))
        chunks.push(chunk)
      })
      response.on('error', (error) => end(failedBy(error)))
      response.on('aborted', () => end(failed('sts-policy-fetch-error', 'cut off')))
      response.on('end', () => end(policyIn(Buffer.concat(chunks))))
    })
    asking.end()
  })

export const stsFetcher = (fetching: StsFetching): ((domain: string) => Promise<StsFetched>) => {
  const agent = new Agent({ secureContext: fetching.trust, maxCachedSessions: 0 })
  let running = 0
  const fetchPolicy = async (domain: string): Promise<StsFetched> => {
    const answer = await addressesOf(fetching.dns, `mta-sts.${domain}`, 'dns')
    if (answer.is !== 'found') return failed('sts-policy-fetch-error', 'policy host has no address')
    const reachable = answer.addresses.filter((address) => mayReach(address, 'dns', fetching.localOnly)).slice(0, addressesTried)
    let last = failed('sts-policy-fetch-error', 'policy host can not be reached')
    for (const address of reachable) {
      last = await fetchFrom(address, domain, { agent, port: fetching.port, timeoutMs: fetching.timeoutMs / reachable.length })
      if (last.is === 'policy' || last.problem.type !== 'sts-policy-fetch-error') return last
    }
    return last
  }
  return async (domain) => {
    if (running >= fetchesAtOnceMax) return failed('sts-policy-fetch-error', 'too many policies are being fetched')
    running += 1
    try {
      return await fetchPolicy(domain)
    } finally {
      running -= 1
    }
  }
}
