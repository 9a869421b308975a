/** The header field by which a sender says that delivery matters more than security (RFC 8689 section 5): `TLS-Required: No`. */
import { fieldsNamed, fieldText } from '../mime/header.ts'

/** Exactly one such field, and exactly this value; anything else means nothing. */
export const waivesTls = (message: Uint8Array): boolean => {
  const fields = fieldsNamed(message, 'tls-required')
  const [field] = fields
  return fields.length === 1 && field !== undefined && fieldText(message, field).toLowerCase() === 'no'
}
