/** Secrets come by standard input, never by the command line, where everybody could read them. */
import { stdin } from 'node:process'
import { CannotDo } from './context.ts'

const inputBytesMax = 4_096

/** All of standard input, without the line end that `echo` adds. Several secrets: one a line. */
export const secretsFromInput = async (asked: boolean, count: number, what: string): Promise<readonly Buffer[]> => {
  if (!asked) throw new CannotDo(`give ${what} with --password-stdin, for example: printf '%s' "$PASSWORD" | ./bulkhead …`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > inputBytesMax) throw new CannotDo(`standard input is longer than ${inputBytesMax} bytes; it must hold ${what} only`)
    chunks.push(bytes)
  }
  const text = Buffer.concat(chunks).toString('latin1').replace(/\r?\n$/, '')
  const lines = count === 1 ? [text] : text.split(/\r?\n/)
  if (lines.length !== count || lines.some((line) => line === '')) {
    throw new CannotDo(`standard input must hold ${what}${count === 1 ? '' : ', one a line'}; it was ${text === '' ? 'empty' : `${lines.length} lines`}`)
  }
  return lines.map((line) => Buffer.from(line, 'latin1'))
}

export const secretFromInput = async (asked: boolean, what: string): Promise<Buffer> => {
  const [secret = Buffer.alloc(0)] = await secretsFromInput(asked, 1, what)
  return secret
}
