/** The Message-ID of a message as people look for it (RFC 5322 section 3.6.4): the first, unfolded, without its brackets. */
const idLengthMax = 998
const fieldName = /^message-id[ \t]*:/im

/** `header`: the header section, or a message; what comes after its empty line is not looked at. */
export const messageIdIn = (header: Buffer): string | null => {
  const end = header.indexOf('\r\n\r\n')
  const text = header.toString('latin1', 0, end < 0 ? header.length : end)
  const found = fieldName.exec(text)
  if (found === null) return null
  const value = text.slice(found.index + found[0].length, found.index + found[0].length + idLengthMax)
  const [whole = ''] = value.split(/\r?\n(?![ \t])/, 1)
  const id = whole.replaceAll(/\r?\n/g, '').trim().replace(/^<|>$/g, '').trim()
  return id === '' ? null : Buffer.from(id, 'latin1').toString('utf8')
}
