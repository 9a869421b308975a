/**
 * The TXT record that announces an MTA-STS policy (RFC 8461 section 3.1), text to value. Pure.
 * `sts-text-record = "v=STSv1" 1*(*WSP ";" *WSP sts-field) [*WSP ";" *WSP]`.
 */

const recordCharsMax = 1_024
const idPattern = /^[A-Za-z0-9]{1,32}$/

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'

const trimmed = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

const isOfThisVersion = (record: string): boolean => record === 'v=STSv1' || (record.startsWith('v=STSv1') && [';', ' ', '\t'].includes(record[7] ?? ''))

/** The id of the policy; undefined where there is not exactly one record that can be read. */
export const stsIdOf = (records: readonly string[]): string | undefined => {
  const candidates = records.filter(isOfThisVersion)
  const [record] = candidates
  if (candidates.length !== 1 || record === undefined || record.length > recordCharsMax) return undefined
  const [version, ...fields] = record.split(';').map(trimmed)
  if (version !== 'v=STSv1') return undefined
  const ids = fields.filter((field) => field.startsWith('id=')).map((field) => field.slice(3))
  const [id] = ids
  return ids.length === 1 && id !== undefined && idPattern.test(id) ? id : undefined
}
