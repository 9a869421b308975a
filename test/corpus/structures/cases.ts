/** Small messages whose BODYSTRUCTURE or ENVELOPE is easily got wrong. Bytes are characters up to U+00FF. */

export interface StructureCase {
  readonly name: string
  readonly bytes: Buffer
}

const one = (name: string, ...lines: readonly string[]): StructureCase => ({ name, bytes: Buffer.from(lines.join('\r\n'), 'latin1') })
const header = (name: string, ...fields: readonly string[]): StructureCase => one(name, ...fields, '', 'text', '')
const typed = (name: string, ...fields: readonly string[]): StructureCase => header(name, 'From: a@b.example', 'MIME-Version: 1.0', ...fields)

const addresses: readonly StructureCase[] = [
  header('a group', 'From: a@b.example', 'To: friends: b@c.example, "C, D" <c@d.example>;, e@f.example'),
  header('an empty group', 'From: a@b.example', 'To: undisclosed-recipients:;'),
  header('two groups and one without its semicolon', 'From: a@b.example', 'To: one:a@b.example;, two: c@d.example'),
  header('a quoted display name', 'From: "A. \\"B\\" C\\\\D" <a@b.example>'),
  header('a display name in several words and quotes', 'From: A "B c" D <a@b.example>'),
  header('an encoded display name', 'From: =?utf-8?b?5bGx55Sw?= <a@b.example>'),
  header('a name in a comment', 'From: a@b.example (A B)'),
  header('nested comments', 'From: A (x (y) z) <a@b.example> (end)'),
  header('a source route', 'From: <@one.example,@two.example:a@b.example>'),
  header('a quoted local part', 'From: "a b"@c.example, "a..b"@docomo.example'),
  header('dots that the grammar forbids', 'From: a..b@docomo.example, .c@d.example, e.@f.example'),
  header('a domain literal', 'From: a@[192.0.2.1], b@[IPv6:2001:db8::1]'),
  header('blanks around everything', 'From:   A   <  a @ b . example  >  '),
  header('folded addresses', 'From: a@b.example', 'To: a@b.example,', '\tB <b@c.example>,', ' c@d.example'),
  header('stray commas', 'From: a@b.example', 'To: ,a@b.example,,c@d.example,'),
  header('no addresses but the field', 'From: ', 'To:   '),
  header(
    'all address fields', 'From: a@b.example', 'Sender: s@b.example', 'Reply-To: r@b.example', 'To: t@b.example', 'Cc: c@b.example',
    'Bcc: d@b.example',
  ),
  header('several senders', 'From: a@b.example, c@d.example'),
  header('an address without a domain', 'From: postmaster'),
  header('a bare word and an address', 'From: A B c@d.example'),
  header('an unclosed angle', 'From: A <a@b.example'),
  header('an unclosed quote', 'From: "A <a@b.example>'),
  header('an empty angle', 'From: a@b.example', 'Reply-To: <>'),
  header('a name with an at sign', 'From: a@b.example <c@d.example>'),
  header('semicolons for commas', 'From: a@b.example', 'To: a@b.example; c@d.example'),
  header('raw eight-bit names', 'From: \xe5\xb1\xb1 <a@b.example>', 'Subject: caf\xe9'),
  header('a field that comes twice', 'From: a@b.example', 'Subject: one', 'Subject: two', 'To: a@b.example', 'To: c@d.example'),
]

const texts: readonly StructureCase[] = [
  header('no fields that matter', 'X-Other: x'),
  one('no header', '', 'text', ''),
  one('a header alone, without an empty line', 'Subject: x'),
  one('a line that is no field', 'From: a@b.example', 'this is no field', 'Subject: after it', '', 'text', ''),
  header('blanks before the colon', 'From : a@b.example', 'Subject : x'),
  header('a folded subject', 'Subject: one', ' two', '\tthree'),
  header('a subject that begins with a fold', 'Subject:', ' x'),
  header('empty fields', 'Subject:', 'Message-ID:', 'In-Reply-To: ', 'Date:'),
  header('a quote and a backslash in the subject', 'Subject: say "x\\y"'),
  header('names in capitals', 'SUBJECT: x', 'FROM: a@b.example', 'message-id: <a@b.example>'),
  header('a long subject', `Subject: ${'long '.repeat(300)}`),
  header('several ids', 'In-Reply-To: <a@b.example> <c@d.example>', 'Message-ID: <x@y.example> (comment)'),
]

const types: readonly StructureCase[] = [
  typed('a text without a type'),
  typed('a type with parameters', 'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes'),
  typed('a type in capitals', 'Content-Type: TEXT/HTML; CharSet="UTF-8"'),
  typed('a type with comments', 'Content-Type: text/plain (plain); charset=us-ascii (ASCII)'),
  typed('a type without a subtype', 'Content-Type: text'),
  typed('a type that is none', 'Content-Type: ;;;'),
  typed('an empty type', 'Content-Type:'),
  typed('a folded type', 'Content-Type: text/plain;', '\tcharset="iso-2022-jp";', ' format=flowed'),
  typed('a parameter with quotes inside', 'Content-Type: application/pdf; name="a \\"b\\" c.pdf"'),
  typed('a parameter without a value', 'Content-Type: text/plain; charset; format=flowed'),
  typed('a parameter with an empty value', 'Content-Type: text/plain; charset=""; format=flowed'),
  typed('a semicolon at the end', 'Content-Type: text/plain; charset=utf-8;'),
  typed('blanks around the equals sign', 'Content-Type: text/plain; charset = utf-8'),
  typed('RFC 2231 in one piece', "Content-Type: application/pdf; name*=utf-8''%E5%B1%B1.pdf"),
  typed('RFC 2231 in pieces', "Content-Type: application/pdf; name*0*=utf-8''%E5; name*1*=%B1%B1; name*2=.pdf"),
  typed('RFC 2231 plain continuations', 'Content-Type: message/external-body; access-type=URL; URL*0="ftp://"; URL*1="x.example/a"'),
  typed('the same parameter twice', 'Content-Type: text/plain; charset=utf-8; charset=us-ascii'),
  typed(
    'everything a part can say', 'Content-Type: image/png; name=a.png', 'Content-Transfer-Encoding: BASE64', 'Content-ID: <a@b.example>',
    'Content-Description: a picture', 'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==', 'Content-Disposition: attachment; filename="a.png"; size=3',
    'Content-Language: en, ja', 'Content-Location: http://x.example/a.png',
  ),
  typed('one language', 'Content-Language: ja'),
  typed('a disposition without parameters', 'Content-Disposition: INLINE'),
  typed('an empty disposition', 'Content-Disposition:'),
  typed('a folded location', 'Content-Location: http://x.example/', ' long/path'),
  typed('an encoding with a comment', 'Content-Transfer-Encoding: (x) quoted-printable (y)'),
  typed('an unknown encoding', 'Content-Transfer-Encoding: x-uuencode'),
  typed('an encoded description', 'Content-Description: =?utf-8?b?5bGx?='),
  header('content fields without MIME-Version', 'Content-Disposition: inline', 'Content-ID: <x@y.example>'),
  header('a type without MIME-Version', 'Content-Type: text/html; charset=utf-8'),
]

const mixed = (name: string, ...body: readonly string[]): StructureCase =>
  one(name, 'From: a@b.example', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '', ...body)

const multiparts: readonly StructureCase[] = [
  mixed('two parts', 'preamble', '--b', '', 'one', '--b', 'Content-Type: text/html', '', 'two', '--b--', 'epilogue', ''),
  mixed('an empty part', '--b', '', '--b', '', 'two', '--b--', ''),
  mixed('a part without a header', '--b', 'no field here', '', 'x', '--b--', ''),
  mixed('no end boundary', '--b', '', 'one', '--b', '', 'two', ''),
  mixed('no boundary at all', 'text', ''),
  mixed('only the end boundary', '--b--', ''),
  mixed('nothing in it'),
  mixed('text after a boundary', '--b x', '', 'one', '--b--', ''),
  mixed('blanks after a boundary', '--b  \t', '', 'one', '--b--  ', ''),
  mixed(
    'a boundary that begins with another', '--b', 'Content-Type: multipart/mixed; boundary=bb', '', '--bb', '', 'inner', '--bb--', '--b',
    '', 'outer', '--b--', '',
  ),
  mixed(
    'an inner multipart that is not ended', '--b', 'Content-Type: multipart/alternative; boundary=c', '', '--c', '', 'one', '--b', '',
    'two', '--b--', '',
  ),
  mixed(
    'nested multiparts', '--b', 'Content-Type: multipart/related; boundary=c; type="text/html"; start="<x>"',
    'Content-Disposition: inline', 'Content-Language: ja', 'Content-Location: x', '', '--c', 'Content-Type: text/html', '', '<p>', '--c',
    'Content-Type: image/gif', 'Content-ID: <x>', '', 'GIF', '--c--', '--b', '', 'end', '--b--', '',
  ),
  mixed(
    'a message inside', '--b', 'Content-Type: message/rfc822', 'Content-Description: fwd', '', 'From: "In Side" <in@x.example>',
    'To: g: a@b.example;', 'Subject: inner', '', 'body', 'two', '--b--', '',
  ),
  mixed(
    'a message inside that has parts', '--b', 'Content-Type: message/rfc822', '', 'Subject: inner', 'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'x', '--c--', '', '--b--', '',
  ),
  mixed('a message inside without a body', '--b', 'Content-Type: message/rfc822', '', 'Subject: inner', '', '--b--', ''),
  mixed('a message inside that is empty', '--b', 'Content-Type: message/rfc822', '', '--b--', ''),
  mixed('lines at the end of parts', '--b', '', 'one', '', '', '--b', '', '', '--b--', ''),
  mixed(
    'a delivery report', '--b', '', 'It failed.', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; x.example', '',
    '--b', 'Content-Type: text/rfc822-headers', '', 'Subject: x', '', '--b--', '',
  ),
  one(
    'a digest', 'From: a@b.example', 'MIME-Version: 1.0', 'Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: one', '',
    'x', '--b', 'Content-Type: text/plain', '', 'y', '--b--', '',
  ),
  one(
    'a message that is a message', 'From: a@b.example', 'MIME-Version: 1.0', 'Content-Type: message/rfc822', '', 'Subject: inner',
    'From: c@d.example', '', 'body', '',
  ),
  one('a multipart without a boundary', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed', '', '--x', '', 'y', ''),
  one(
    'a boundary with blanks and marks', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="a b:=?x"', '', '--a b:=?x', '', 'y',
    '--a b:=?x--', '',
  ),
  one('line feeds alone', 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n'),
  one(
    'an encoded multipart', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64', '',
    '--b', '', 'x', '--b--', '',
  ),
  one('no line break at the end', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x', '--b--'),
  one('a text without a line break at its end', 'From: a@b.example', '', 'one', 'two'),
]

export const structureCases: readonly StructureCase[] = [...addresses, ...texts, ...types, ...multiparts]
