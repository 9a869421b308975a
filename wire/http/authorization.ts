/** The Authorization field (RFC 9110 section 11.6.2) as far as it is spoken here: Basic (RFC 7617) and DPoP (RFC 9449 section 7.1). */

export type Authorization =
  | { readonly scheme: 'basic'; readonly login: string; readonly password: Buffer }
  | { readonly scheme: 'dpop'; readonly token: string }

export const authorizationLengthMax = 4_096
const token68 = /^([A-Za-z]{1,16}) +([A-Za-z0-9._~+/-]{1,4096}=*)$/

const basicOf = (encoded: string): Authorization | undefined => {
  const bytes = Buffer.from(encoded, 'base64')
  const colon = bytes.indexOf(':')
  if (colon < 0) return undefined
  return { scheme: 'basic', login: bytes.toString('utf8', 0, colon), password: bytes.subarray(colon + 1) }
}

/** Undefined where it is missing, malformed or of another scheme. */
export const readAuthorization = (field: string | undefined): Authorization | undefined => {
  const parts = field === undefined || field.length > authorizationLengthMax ? null : token68.exec(field)
  const [, scheme = '', credentials = ''] = parts ?? []
  if (scheme.toLowerCase() === 'basic') return basicOf(credentials)
  return scheme.toLowerCase() === 'dpop' ? { scheme: 'dpop', token: credentials } : undefined
}
