/** UTF-7 (RFC 2152) as old Outlook and some gateways still write it: read tolerantly, never written. */

const shifted = /\+([A-Za-z0-9+/]*)-?/g

const decodedRun = (encoded: string): string => {
  const bytes = Buffer.from(encoded, 'base64')
  const even = bytes.subarray(0, bytes.length & ~1)
  return even.swap16().toString('utf16le').toWellFormed()
}

/** `text` is one character a byte, all of them ASCII. */
export const decodedUtf7 = (text: string): string =>
  text.replace(shifted, (whole, encoded: string) => (encoded !== '' ? decodedRun(encoded) : whole === '+-' ? '+' : whole))
