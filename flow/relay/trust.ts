/** Whom WebPKI believes, read once: the world's roots take 40 ms to read, a connection has no time for that. */
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

/** TLS 1.2 at least (RFC 8996), and who vouches for others. */
export type Trust = SecureContext

/** These alone, PEM. */
export const trustOnly = (authorities: readonly string[]): Trust => createSecureContext({ minVersion: 'TLSv1.2', ca: [...authorities] })

/** The roots that Node brings, and one's own authority where there is one. */
export const trustWith = (own: string | null): Trust =>
  own === null ? createSecureContext({ minVersion: 'TLSv1.2' }) : trustOnly([...rootCertificates, own])
