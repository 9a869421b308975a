/**
 * A message sent with BODY=BINARYMIME (RFC 3030 section 3) as IMAP and POP3 can give it: binary parts in base64, the rest as
 * it came. Done after what was sent has been judged, for signatures are over that. Pure.
 */
import { contentCheck } from '@bulkhead/wire/smtp/content-check.ts'
import { unbinary } from '@bulkhead/wire/mime/unbinary.ts'

/** Base64 makes 78 bytes of 57, and each header line may grow. */
export const textBytesMax = (binaryBytes: number): number => Math.ceil(binaryBytes * 1.4) + 4_096

/** `malformed`: a NUL or a bare line end outside of binary parts, so that no text can be made of it. */
export const textOfBinary = (message: Buffer): Buffer | 'malformed' => {
  const conversion = unbinary()
  const text = Buffer.concat([...conversion.push(message), ...conversion.end()])
  const check = contentCheck()
  check.push(text)
  check.end()
  return check.verdict === undefined ? text : 'malformed'
}
