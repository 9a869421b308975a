/** The kinds of mail of the corpus. Each gives the content of a message; `message.ts` puts the header around it. */
import { encode, type Charset } from './encode.ts'
import { attachment, entity, multipart, textPart, type Encoding, type Entity } from './entity.ts'
import { languageOf, phrases } from './phrases.ts'
import type { Random } from './random.ts'

export interface Making {
  readonly r: Random
  readonly charset: Charset
  /** Bytes of the largest attachment. */
  readonly largestBytes: number
  /** A whole message to forward, already made. */
  inner(): Buffer
}

export const paragraphs = ({ r, charset }: Pick<Making, 'r' | 'charset'>, count: number): string => {
  const { sentences } = phrases[r.pick(languageOf[charset])]
  const lines: string[] = []
  for (let at = 0; at < count; at += 1) {
    lines.push(Array.from({ length: r.between(1, 3) }, () => r.pick(sentences)).join(' '))
    if (r.chance(4)) lines.push('')
  }
  return `${lines.join('\r\n')}\r\n`
}

const encodingsOf = (charset: Charset): readonly [Encoding, ...Encoding[]] =>
  charset === 'iso-2022-jp' ? ['7bit'] : ['base64', 'quoted-printable', '8bit']

const plain = (making: Making): Entity =>
  textPart(paragraphs(making, making.r.between(2, 60)), making.charset, making.r.pick(encodingsOf(making.charset)))

const html = (making: Making): Entity => {
  const { r, charset } = making
  const body = paragraphs(making, r.between(5, 80)).replaceAll('\r\n', '<br>\r\n')
  const page = `<html><head><meta charset="${charset}"></head><body style="font-family: sans-serif">\r\n${body}</body></html>\r\n`
  return textPart(page, charset, charset === 'iso-2022-jp' ? '7bit' : 'quoted-printable', 'html')
}

const alternative = (making: Making): Entity => multipart(making.r, 'alternative', [plain(making), html(making)])

const image = (r: Random): Entity =>
  entity(
    [`Content-Type: image/png`, 'Content-Transfer-Encoding: base64', `Content-ID: <${r.token(12)}@corpus>`, 'Content-Disposition: inline'],
    Buffer.from(`${r.bytes(r.between(200, 8_000)).toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`, 'latin1'),
  )

const related = (making: Making): Entity =>
  multipart(making.r, 'related', [alternative(making), image(making.r), image(making.r)], ';\r\n\ttype="multipart/alternative"')

type NamedType = readonly [type: string, name: string]

const files: readonly [NamedType, ...NamedType[]] = [
  ['application/pdf', '請求書.pdf'], ['application/vnd.ms-excel', '見積もり（最終）.xls'], ['image/jpeg', 'IMG_0001.JPG'], ['application/zip', 'docs.zip'],
  ['text/csv', '名簿②.csv'], ['application/octet-stream', 'data.bin'],
]

const attached = (making: Making, bytesMax: number): Entity => {
  const { r, charset } = making
  const [type, name] = r.pick(files)
  const nameCharset = charset === 'shift_jis' || charset === 'iso-2022-jp' || charset === 'euc-jp' ? charset : 'utf-8'
  return attachment(r, type, name, r.bytes(r.between(1, bytesMax)), nameCharset)
}

const mixed = (making: Making): Entity => {
  const count = making.r.between(1, 3)
  return multipart(making.r, 'mixed', [plain(making), ...Array.from({ length: count }, () => attached(making, 60_000))])
}

const large = (making: Making): Entity =>
  multipart(making.r, 'mixed', [plain(making), attachment(making.r, 'application/zip', 'large.zip', making.r.bytes(making.largestBytes), 'utf-8')])

const medium = (making: Making): Entity => multipart(making.r, 'mixed', [alternative(making), attached(making, 1_500_000)])

const forwarded = (making: Making): Entity =>
  multipart(making.r, 'mixed', [
    plain(making),
    entity(['Content-Type: message/rfc822', 'Content-Disposition: attachment; filename="forwarded.eml"'], making.inner()),
  ])

const digest = (making: Making): Entity =>
  multipart(making.r, 'digest', Array.from({ length: making.r.between(2, 5) }, () => entity(['Content-Description: item'], making.inner())))

const report = ({ r, inner }: Making): Entity => {
  const status = [
    'Reporting-MTA: dns; mx.far.example', 'Arrival-Date: Sat, 21 Nov 2026 12:00:00 +0900', '', 'Final-Recipient: rfc822; nobody@far.example',
    'Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 No such user', '', '',
  ].join('\r\n')
  const original = inner()
  const header = original.subarray(0, original.indexOf('\r\n\r\n') + 2)
  return multipart(r, 'report', [
    textPart('Your message could not be delivered.\r\n', 'utf-8', '8bit'),
    entity(['Content-Type: message/delivery-status'], Buffer.from(status)),
    entity(['Content-Type: text/rfc822-headers', 'Content-Transfer-Encoding: 8bit'], header),
  ], ';\r\n\treport-type=delivery-status')
}

const calendar = (making: Making): Entity => {
  const event = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//corpus//JA', 'METHOD:REQUEST', 'BEGIN:VEVENT', `UID:${making.r.token(16)}`, 'DTSTART:20261121T030000Z',
    'DTEND:20261121T040000Z', 'SUMMARY:定例会議', 'LOCATION:第２会議室', 'END:VEVENT', 'END:VCALENDAR', '',
  ].join('\r\n')
  return multipart(making.r, 'alternative', [plain(making), textPart(event, 'utf-8', 'base64', 'calendar', '; method=REQUEST')])
}

/** Lines far beyond RFC 5322's 998, as HTML generators write them. */
const longLines = ({ r }: Making): Entity => {
  const line = `<p>${'とても長い行です。'.repeat(r.between(300, 4_000))}</p>`
  return textPart(`${line}\r\nshort\r\n${line}\r\n`, 'utf-8', '8bit', 'html')
}

const flowed = (making: Making): Entity => {
  const text = '> quoted text that goes on \r\n> and on.\r\n\r\nAn answer that is folded softly \r\nand ends here.\r\n-- \r\nsignature\r\n'
  return textPart(text + paragraphs({ ...making, charset: 'iso-8859-1' }, 5), 'utf-8', '8bit', 'plain', '; format=flowed; delsp=no')
}

/** What broken mailers send: raw bytes without a word on what they are, boundaries that never end, nothing at all. */
const unlabelled = ({ r, charset }: Making): Entity =>
  entity(['Content-Type: text/plain;'], encode(paragraphs({ r, charset: charset === 'euc-jp' ? charset : 'iso-2022-jp' }, 4), charset === 'euc-jp' ? charset : 'iso-2022-jp'))

const unended = (making: Making): Entity => {
  const whole = multipart(making.r, 'mixed', [plain(making), attached(making, 5_000)])
  return entity(whole.fields, whole.body.subarray(0, whole.body.lastIndexOf('\r\n--')))
}

const bodiless = (): Entity => entity(['Content-Type: text/plain'], Buffer.alloc(0))

/** How many of a thousand messages are of each kind. */
export const kinds = [
  [380, plain], [180, alternative], [60, html], [120, mixed], [40, related], [30, medium], [4, large], [40, forwarded], [10, digest], [30, report],
  [20, calendar], [15, longLines], [20, flowed], [25, unlabelled], [16, unended], [10, bodiless],
] as const satisfies readonly (readonly [number, (making: Making) => Entity])[]
