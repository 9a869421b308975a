/**
 * How many signatures the vault makes, and what a log-in feels of it: 64 signatures under way, and an `unwrap` every two
 * milliseconds beside them, the verbs called as behind the guard. `node test/flow/sign-bench.ts [seconds]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@bulkhead/base/clock.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realRows } from '@bulkhead/seal/rows.ts'
import { openKeyTable } from '@bulkhead/vault/key-table.ts'
import { rootOf } from '@bulkhead/vault/root.ts'
import { openVault } from '@bulkhead/vault/vault.ts'
import { changeSigner } from '@bulkhead/vault/verbs/change-signer.ts'
import { enrol } from '@bulkhead/vault/verbs/enrol.ts'
import { newSigner } from '@bulkhead/vault/verbs/new-signer.ts'
import { sign } from '@bulkhead/vault/verbs/sign.ts'
import { unwrap } from '@bulkhead/vault/verbs/unwrap.ts'

const [, , seconds = '3'] = process.argv
const underWay = 64
const unwrapEveryMs = 2
const domain = 'bench.example'

const directory = mkdtempSync(join(tmpdir(), 'bulkhead-sign-'))
using table = openKeyTable(join(directory, 'keys.sqlite'))
const budgets = { wrongPerAccountHour: 100, unwrapsPerSecond: 1_000_000, addressesPerHour: 1, tracesPerHour: 1 }
const vault = openVault({ table, root: rootOf(secret(randomBytes(32))), rows: realRows, clock: systemClock, budgets })

for (const [selector, algorithm] of [['rsa', 'rsa-sha256'], ['ed', 'ed25519-sha256']] as const) {
  await newSigner(vault, { domain, selector, algorithm }, 'desk')
  changeSigner(vault, { domain, selector, state: 'signing' }, 'desk')
}
const verifier = randomBytes(32).toString('base64')
const made = enrol(vault, { account: null, set: 'bench', credential: { verifier, innerWrap: randomBytes(61).toString('base64') }, address: null }, 'warden')
if (made.is === 'refused') throw new Error(made.refusal)
const login = { account: made.answer.account, credential: made.answer.credential, verifier, proof: false }
const bytes = randomBytes(2_000).toString('base64')

const quantile = (sorted: readonly number[], share: number): string => `${(sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(2)} ms`

const measure = async (what: string, selectors: readonly string[]): Promise<void> => {
  const tookMs: number[] = []
  let measuring = true
  // From when it is asked for, so that what keeps the vault busy counts.
  const askSoon = (): void => {
    const dueMs = performance.now() + unwrapEveryMs
    setTimeout(() => {
      if (!measuring) return
      unwrap(vault, login, 'warden')
      tookMs.push(performance.now() - dueMs)
      askSoon()
    }, unwrapEveryMs)
  }
  askSoon()
  const until = performance.now() + Number(seconds) * 1_000
  let done = 0
  const work = async (): Promise<void> => {
    while (performance.now() < until) {
      await sign(vault, { domain, signatures: selectors.map((selector) => ({ selector, bytes })) }, 'mailroom')
      done += 1
    }
  }
  await Promise.all(selectors.length === 0 ? [new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000))] : Array.from({ length: underWay }, work))
  measuring = false
  const sorted = tookMs.toSorted((a, b) => a - b)
  const rate = selectors.length === 0 ? '' : `${Math.round(done / Number(seconds))}/s, `
  process.stdout.write(`${what.padEnd(24)} ${rate}unwrap p50 ${quantile(sorted, 0.5)}, p99 ${quantile(sorted, 0.99)}\n`)
}

await measure('nothing else', [])
await measure('RSA', ['rsa'])
await measure('Ed25519', ['ed'])
await measure('both, for each message', ['rsa', 'ed'])
rmSync(directory, { recursive: true })
