/**
 * `POST /api/password`, the mailroom's half: the session is proven, and what the warden sealed for it is stored. Everybody else is signed out in
 * the same transaction; the session that asked takes the new number of sign-outs for its own and goes on.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import { browserName } from '@bulkhead/mail/devices/browser-name.ts'
import { credentialDigest } from '@bulkhead/seal/credential-digest.ts'
import { openRenewal } from '../mailroom/renewals.ts'
import type { WebError } from './answers.ts'
import type { OpenSession } from './open-session.ts'
import type { WebPorts } from './ports.ts'

type Ports = Pick<WebPorts, 'sealing' | 'privateKey' | 'clock' | 'directory' | 'tell' | 'passwordChanged'>

/** What is wrong; undefined where it is done, and answered. */
export const renewPassword = async (
  ports: Ports, request: IncomingMessage, response: ServerResponse, { session, preface }: { readonly session: OpenSession; readonly preface: HttpPreface },
): Promise<WebError | undefined> => {
  if (request.method !== 'POST' || session.terms.kind !== 'web') return 'wrongMethod'
  const { who: { account }, device, language } = session.terms
  const told = (outcome: string): void => ports.tell({ kind: 'mailroom.passwordRenewal', subject: account, outcome })
  const renewal = openRenewal(ports, preface.pass)
  if (renewal === undefined) return 'badRequest'
  if (renewal.account !== account) {
    told('of another account')
    return 'forbidden'
  }
  const notice = { id: randomUUID(), language, browser: browserName(request.headers['user-agent'] ?? '') }
  const signOuts = await session.renewing(() => ports.directory.renewCredential({ ...renewal, device: device === '' ? null : device, notice }))
  if (signOuts === undefined) {
    told('overtaken')
    return 'wrongPassword'
  }
  told('changed')
  ports.passwordChanged(account, credentialDigest(renewal.previous))
  response.writeHead(204, { 'cache-control': 'no-store' }).end()
  return undefined
}
