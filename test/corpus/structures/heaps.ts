/** Boundaries, fields and texts in any order: what a parser of MIME must agree on with another one. The same every time. */
import { random } from '../random.ts'
import type { StructureCase } from './cases.ts'

const lines = [
  '', '', '', 'text', 'two words', '--b', '--b', '--b--', '--c', '--c--', '--d',
  'Content-Type: multipart/mixed; boundary=b', 'Content-Type: multipart/alternative; boundary=c', 'Content-Type: multipart/digest; boundary=d',
  'Content-Type: message/rfc822', 'Content-Type: text/html', 'Subject: x', 'From: a@b.example', 
  'MIME-Version: 1.0\r\nContent-Disposition: inline', 'MIME-Version: 1.0\r\nContent-ID: <x@y.example>',
] as const
const begin = ['From: a@b.example', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', ''] as const

export const heaps = (count: number): readonly StructureCase[] => {
  const r = random(1)
  return Array.from({ length: count }, (_, at) => {
    const heap = Array.from({ length: r.between(3, 30) }, () => r.pick(lines))
    return { name: `heap ${at}`, bytes: Buffer.from([...begin, ...heap, ''].join('\r\n')) }
  })
}
