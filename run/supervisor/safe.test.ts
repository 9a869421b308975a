import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { encodeNoticeSeal, noticeDigest, noticeSigner, noticeVerifier } from '@bulkhead/mail/reading/official.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { cellSecrets } from './safe.ts'

test('a safe older than delivery rules and notices gets their keys once, and keeps all else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safe-'))
  try {
    const paths = { id: 'x', root: false, data: folder, config: '', safe: join(folder, 'safe'), runtime: folder }
    const first = cellSecrets(paths, 'one', join(folder, 'no-root-yet'))
    const file = join(paths.safe, 'cell-one.json')
    const { rulesPublicKey, rulesPrivateKey, noticePublicKey, noticePrivateKey, ...older } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    assert.equal(rulesPublicKey, first.rulesPublicKey)
    assert.equal(rulesPrivateKey, first.rulesPrivateKey.declassify())
    assert.equal(noticePublicKey, first.noticePublicKey)
    assert.equal(noticePrivateKey, first.noticePrivateKey.declassify())
    writeFileSync(file, JSON.stringify(older))
    const again = cellSecrets(paths, 'one', join(folder, 'no-root-yet'))
    assert.equal(again.queuePublicKey, first.queuePublicKey)
    assert.notEqual(again.rulesPublicKey, first.rulesPublicKey)
    const pair = realSealing.publicKeyOf(secret(Buffer.from(again.rulesPrivateKey.declassify(), 'base64')))
    assert.equal(pair.toString('base64'), again.rulesPublicKey)
    const third = cellSecrets(paths, 'one', join(folder, 'no-root-yet'))
    assert.deepEqual([third.rulesPublicKey, third.noticePublicKey], [again.rulesPublicKey, again.noticePublicKey])
    const account = newAccountHandle()
    const seal = noticeSigner(secret(Buffer.from(third.noticePrivateKey.declassify(), 'base64')))(account, noticeDigest(Buffer.from('x')))
    assert.deepEqual(noticeVerifier(Buffer.from(third.noticePublicKey, 'base64'))(account, encodeNoticeSeal(seal)), seal.digest)
    assert.equal(statSync(file).mode & 0o777, 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
