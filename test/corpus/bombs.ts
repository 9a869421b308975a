/** Messages made to be costly: each of about so many bytes, whatever they are made of. */

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const times = (unit: string, bytes: number): string => unit.repeat(Math.ceil(bytes / unit.length))
const numbered = (bytes: number, unit: (at: number) => string): string => {
  const out: string[] = []
  for (let at = 0, length = 0; length < bytes; at += 1) {
    const next = unit(at)
    out.push(next)
    length += next.length
  }
  return out.join('')
}

const multipart = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'

export const bombs: Readonly<Record<string, (bytes: number) => Buffer>> = {
  'parts without end': (bytes) => latin(`${multipart}${times('--b\r\n\r\nx\r\n', bytes)}--b--\r\n`),
  'multiparts in multiparts': (bytes) => latin(numbered(bytes, (at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`)),
  'messages in messages': (bytes) => latin(times('Subject: x\r\nContent-Type: message/rfc822\r\n\r\n', bytes)),
  'header fields': (bytes) => latin(`${numbered(bytes, (at) => `X-${at}: y\r\n`)}\r\ntext\r\n`),
  'one header line': (bytes) => latin(`Subject: ${times('x', bytes)}\r\nFrom: a@b.example\r\n\r\ntext\r\n`),
  'one folded header field': (bytes) => latin(`Subject: x${times('\r\n y', bytes)}\r\n\r\ntext\r\n`),
  'a header without its end': (bytes) => latin(times('Subject: x\r\n', bytes)),
  'parameters': (bytes) => latin(`Content-Type: text/plain${numbered(bytes, (at) => `; p${at}=v`)}\r\n\r\ntext\r\n`),
  'parameter pieces': (bytes) => latin(`Content-Type: text/plain${numbered(bytes, (at) => `; name*${at}*=%41`)}\r\n\r\ntext\r\n`),
  'addresses': (bytes) => latin(`To: ${times('a@b.example, ', bytes)}\r\n\r\ntext\r\n`),
  'address fields': (bytes) => latin(`${times('To: a@b.example\r\n', bytes)}\r\ntext\r\n`),
  'groups': (bytes) => latin(`To: ${times('g:', bytes)}\r\n\r\ntext\r\n`),
  'comments in comments': (bytes) => latin(`From: ${times('(', bytes)}a@b.example\r\n\r\ntext\r\n`),
  'brackets': (bytes) => latin(`From: ${times('[', bytes)}\r\n\r\ntext\r\n`),
  'quotes': (bytes) => latin(`From: ${times('"\\', bytes)}\r\n\r\ntext\r\n`),
  'escapes': (bytes) => latin(`From: ${times('\x1b$', bytes)}\r\n\r\ntext\r\n`),
  'encoded words begun': (bytes) => latin(`Subject: ${times('=?utf-8?q?', bytes)}\r\n\r\ntext\r\n`),
  'encoded words': (bytes) => latin(`Subject: ${times('=?utf-8?q?x?= ', bytes)}\r\n\r\ntext\r\n`),
  'references': (bytes) => latin(`References:${times(' <a@b>', bytes)}\r\n\r\ntext\r\n`),
  'reply prefixes': (bytes) => latin(`Subject: ${times('Re: [x] ', bytes)}\r\n\r\ntext\r\n`),
  'lines that are nearly boundaries': (bytes) => latin(`${multipart}${times('--b \r\r\r\r\r--b x\n', bytes)}`),
  'dashes': (bytes) => latin(`${multipart}${times('--', bytes)}\r\n--b--\r\n`),
  'empty lines': (bytes) => latin(`${multipart}${times('\r\n', bytes)}`),
  'tags begun': (bytes) => latin(`Content-Type: text/html\r\n\r\n${times('<a "', bytes)}`),
  'scripts begun': (bytes) => latin(`Content-Type: text/html\r\n\r\n${times('<script>', bytes)}`),
  'comments begun': (bytes) => latin(`Content-Type: text/html\r\n\r\n${times('<!--', bytes)}`),
  'entities': (bytes) => latin(`Content-Type: text/html\r\n\r\n${times('&amp', bytes)}`),
  'blanks': (bytes) => latin(`\r\n${times(' \t', bytes)}`),
  'quoted-printable line ends': (bytes) => latin(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${times('= ', bytes)}`),
  'base64 padding': (bytes) => latin(`Content-Transfer-Encoding: base64\r\n\r\n${times('QQ==', bytes)}`),
  'JIS escapes': (bytes) => latin(`Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n${times('\x1b$(D0!\x1b(B', bytes)}`),
  'marks that combine': (bytes) => Buffer.from(`Content-Type: text/plain; charset=utf-8\r\n\r\na${times('\u0300\u0323', bytes / 2)}`),
  'ligatures that grow': (bytes) => Buffer.from(`Content-Type: text/plain; charset=utf-8\r\n\r\n${times('\ufdfa', bytes / 3)}`),
}
