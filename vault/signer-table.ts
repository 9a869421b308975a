/** DKIM keys in the key table. A domain has so many slots, a selector in each, and every statement names one of them. */
import { assert } from '@bulkhead/base/assert.ts'
import { signerAlgorithms, signersMax, signerStates, type Signer, type SignerState } from '@bulkhead/door/contracts/vault.ts'
import { wrappedSignerBytes } from './key-statements.ts'
import type { Ready, Writer } from './key-database.ts'
import { blob, number, text, word, type Row } from './rows.ts'

export interface HeldSigner {
  readonly signer: Signer
  readonly wrapped: Buffer
}

export interface SignerTable {
  of(domain: string): readonly Signer[]
  find(domain: string, selector: string): HeldSigner | undefined
  add(domain: string, signer: Signer, wrapped: Buffer): 'added' | 'exists' | 'tooMany'
  change(domain: string, selector: string, state: SignerState, atMs: number): void
  destroy(domain: string, selector: string): void
}

const slots = Array.from({ length: signersMax }, (_, slot) => slot)

const signerOf = (row: Row): Signer => ({
  selector: text(row, 'selector'),
  algorithm: word(row, 'algorithm', signerAlgorithms),
  publicKey: blob(row, 'public_key').toString('base64'),
  state: word(row, 'state', signerStates),
  sinceMs: number(row, 'since'),
})

export const signerTable = (ready: Ready, { together, eraseLog }: Pick<Writer, 'together' | 'eraseLog'>): SignerTable => {
  const find = (domain: string, selector: string): HeldSigner | undefined => {
    const row = ready.signer.get(domain, selector)
    return row && { signer: signerOf(row), wrapped: blob(row, 'wrapped') }
  }
  return {
    find,
    of: (domain) => slots.map((slot) => ready.signerAt.get(domain, slot)).filter((row) => row !== undefined).map(signerOf),
    add(domain, { selector, algorithm, publicKey, state, sinceMs }, wrapped) {
      assert(wrapped.length === wrappedSignerBytes, 'wrapped signing keys have one size')
      if (find(domain, selector) !== undefined) return 'exists'
      const free = slots.find((slot) => ready.signerAt.get(domain, slot) === undefined)
      if (free === undefined) return 'tooMany'
      together(() => {
        const keyId = ready.addSignerKey.run(wrapped).lastInsertRowid
        ready.addSigner.run(domain, free, selector, algorithm, Buffer.from(publicKey, 'base64'), keyId, state, sinceMs)
      })
      return 'added'
    },
    change: (domain, selector, state, atMs) => void ready.changeSigner.run(domain, selector, state, atMs),
    destroy(domain, selector) {
      together(() => {
        ready.eraseSigner.run(domain, selector)
        ready.forgetSigner.run(domain, selector)
      })
      eraseLog()
    },
  }
}
