/** Bytes to text by charset label, as mail is really labelled. Never refuses: what can't be read becomes U+FFFD. */
import { latin1 } from '@bulkhead/base/bytes.ts'

const decoders = new Map<string, TextDecoder>()
const decodersMax = 64

const decoderFor = (label: string): TextDecoder | undefined => {
  const known = decoders.get(label)
  if (known !== undefined) return known
  try {
    const decoder = new TextDecoder(label)
    if (decoders.size < decodersMax) decoders.set(label, decoder)
    return decoder
  } catch {
    return undefined
  }
}

export const decodedBytes = (bytes: Uint8Array, label: string): string =>
  decoderFor(label.trim().toLowerCase())?.decode(bytes) ?? latin1(bytes)
