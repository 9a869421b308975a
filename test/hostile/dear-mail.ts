/** Mail made to be dear to open or to deceive who opens it; each as it travels by SMTP, with what an answer has to say of it. */

const times = (unit: string, bytes: number): string => unit.repeat(Math.ceil(bytes / unit.length))
const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const head = (subject: string): string => `From: <far@outside.example>\r\nTo: <opener@rough.example>\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 18:00:00 +0900\r\nMIME-Version: 1.0\r\n`
const megabyte = 1_048_576
const line76 = `${'QUJD'.repeat(19)}\r\n`

export interface DearMail {
  readonly subject: string
  readonly message: Buffer
}

const html = (subject: string, body: string): DearMail => ({ subject, message: latin(`${head(subject)}Content-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`) })
const text = (subject: string, parameters: string, body: string): DearMail =>
  ({ subject, message: latin(`${head(subject)}Content-Type: text/plain; ${parameters}\r\n\r\n${body}\r\n`) })

const rightToLeft = '=E2=80=AE'

/** Names that are not what they look like: turned over, with a path, with two endings, of a device, without end. */
export const deceptiveNames = [
  `invoice${rightToLeft}fdp.exe`, '../../etc/passwd', 'C:\\\\Windows\\\\system32\\\\cmd.exe', 'photo.jpg                                        .scr',
  'CON', '.htaccess', `a=00b.pdf`, `x=0D=0AContent-Type: text/html`, `${'long'.repeat(2_000)}.pdf`, 'bill.pdf=E2=80=8B.exe',
] as const

const attachment = (name: string): string =>
  `--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename="=?utf-8?q?${name.replaceAll(' ', '_')}?="\r\n\r\n<script>alert(1)</script>\r\n`

const mixed = (subject: string, inside: string): DearMail => ({ subject, message: latin(`${head(subject)}Content-Type: multipart/mixed; boundary=m\r\n\r\n${inside}--m--\r\n`) })

export const dearMails: readonly DearMail[] = [
  mixed('twenty megabytes', `--m\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--m\r\nContent-Type: application/zip; name=x.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${times(line76, 20 * megabyte)}`),
  text('twenty megabytes of text', 'charset=utf-8', times('never ending, never ending, never ending, never ending\r\n', 20 * megabyte)),
  text('twenty megabytes of shifts', 'charset=iso-2022-jp', times('\x1b$B$3$s\x1b(B\r\n', 20 * megabyte)),
  html('half a million paragraphs', times('<p>x\r\n', 20 * megabyte)),
  html('selectors', `<style>${times('a,b>c,d.e,f:hover{color:#123456;background:red}\r\n', 262_000)}</style>${times('<p class="a b c">x\r\n', megabyte)}`),
  mixed('fifty thousand parts', times('--m\r\nContent-Disposition: attachment; filename=x.txt\r\n\r\nx\r\n', 50_000 * 60)),
  { subject: 'deep', message: latin(`${head('deep')}${Array.from({ length: 2_000 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join('')}`) },
  { subject: 'five thousand recipients', message: latin(`${head('five thousand recipients')}Cc: ${Array.from({ length: 5_000 }, (_, at) => `"Somebody ${at}" <reader${at}@far.example>`).join(',\r\n ')}\r\n\r\nto all\r\n`) },
  { subject: 'turned', message: latin(`${head('turned').replace('<far@outside.example>', `=?utf-8?q?${rightToLeft}knaB_ruoY?= <far@outside.example>`)}\r\nhello\r\n`) },
  mixed('deceptive names', deceptiveNames.map(attachment).join('')),
]
