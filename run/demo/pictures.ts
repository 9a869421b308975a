/** Small files that programs open: a picture made of colours (PNG), a page of one line (PDF), a table in Shift_JIS. */
import { crc32, deflateSync } from 'node:zlib'

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const bytes = Buffer.alloc(body.length + 8)
  bytes.writeUInt32BE(data.length, 0)
  body.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(body), body.length + 4)
  return bytes
}

type Colour = readonly [red: number, green: number, blue: number]

const between = (from: Colour, to: Colour, part: number): Colour =>
  [0, 1, 2].map((at) => Math.round((from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * part)) as unknown as Colour

/** A sky over a sea: enough of a photograph to be looked at. */
export const picture = (width: number, height: number, sky: Colour, sea: Colour): Buffer => {
  const rows = Buffer.alloc(height * (1 + width * 3))
  const horizon = Math.round(height * 0.58)
  const [sunX, sunY, sun] = [width * 0.7, height * 0.34, height * 0.12]
  for (let y = 0; y < height; y += 1) {
    const base = y < horizon ? between(sky, [255, 236, 214], y / horizon) : between(sea, [12, 34, 58], (y - horizon) / (height - horizon))
    for (let x = 0; x < width; x += 1) {
      const isSun = (x - sunX) ** 2 + (y - sunY) ** 2 < sun ** 2
      const wave = y > horizon && (x + y * 7) % 41 < 3 ? 18 : 0
      const at = y * (1 + width * 3) + 1 + x * 3
      for (let part = 0; part < 3; part += 1) rows[at + part] = isSun ? [255, 214, 120][part] ?? 0 : Math.min(255, (base[part] ?? 0) + wave)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

/** One page with a line of Latin text (ISO 32000-1). */
export const page = (line: string): Buffer => {
  const content = `BT /F1 20 Tf 72 720 Td (${line.replace(/[()\\]/g, '\\$&')}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, at) => {
    const offset = text.length
    text += `${at + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = text.length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(`${text}xref\n0 ${count}\n0000000000 65535 f \n${rows}${trailer}`, 'latin1')
}

/** 商品,数量 / りんご,3 / みかん,12 in Shift_JIS, as spreadsheets in Japan still write it. */
export const table = Buffer.from('8fa495692c909497ca0d0a82e882f182b22c330d0a82dd82a982f12c31320d0a', 'hex')
