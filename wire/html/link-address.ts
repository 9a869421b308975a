/** Addresses that a link of mail may lead to, as a browser would read them (WHATWG URL); undefined for all others. */

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const addressCharsMax = 8_192

/** Absolute and normalised: ASCII, percent-encoded, the host in A-labels, without name and password. */
export const linkAddress = (written: string): string | undefined => {
  if (written.length > addressCharsMax) return undefined
  let url: URL
  try {
    url = new URL(written)
  } catch {
    return undefined
  }
  if (!schemes.has(url.protocol)) return undefined
  // `https://www.bank.example@evil.example/` would only deceive.
  url.username = ''
  url.password = ''
  return url.href
}

/** A remote image: HTTP or HTTPS. */
export const imageAddress = (written: string): string | undefined => {
  const address = linkAddress(written.startsWith('//') ? `https:${written}` : written)
  return address !== undefined && /^https?:/.test(address) ? address : undefined
}

export const contentIdOf = (written: string): string | undefined => {
  if (!/^cid:/i.test(written) || written.length > addressCharsMax) return undefined
  try {
    return decodeURIComponent(written.slice('cid:'.length)).replace(/^<|>$/g, '')
  } catch {
    return written.slice('cid:'.length)
  }
}

/** Raster images alone: an SVG is a document. */
export const isInlineImage = (written: string): boolean => /^data:image\/(?:png|jpeg|jpg|gif|webp|bmp);base64,[A-Za-z0-9+/=\s%]*$/i.test(written)
