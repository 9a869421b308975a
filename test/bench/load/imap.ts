/** A bare IMAP client for measuring: sends one command, counts bytes until its tagged reply, keeps only what is asked for. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface ImapClient extends Disposable {
  readonly socket: Socket
  /** Untagged bytes counted, seconds to the tagged reply; throws unless it is OK. `keep`: the text is returned too. `endsWith`: the tag of the last of several commands sent at once. */
  run(command: string, options?: { readonly keep?: boolean; readonly literal?: Buffer; readonly endsWith?: string }): Promise<{ readonly bytes: number; readonly seconds: number; readonly text: string }>
}

/** Longest tagged reply: it may list all capabilities. */
const tailBytes = 4_096

const welcome = Buffer.from('* OK')

const goodbye = Buffer.from('* BYE')

/** With its end. */
const lastLine = (text: Buffer): Buffer => {
  const at = text.length < 3 ? -1 : text.lastIndexOf('\r\n', text.length - 3)
  return text.subarray(at < 0 ? 0 : at + 2)
}

const tagLine = (tag: string): Buffer => Buffer.from(`${tag} `)

export const openImap = async (port: number, tls = false): Promise<ImapClient> => {
  const socket: Socket = tls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('data', (greeting: Buffer) => {
      if (greeting.subarray(0, 4).equals(welcome)) return resolve()
      socket.destroy()
      reject(new Error(`greeted with ${greeting.toString('latin1').trimEnd()}`))
    })
  })
  let count = 0
  const run: ImapClient['run'] = (command, { keep = false, literal, endsWith } = {}) =>
    new Promise((resolve, reject) => {
      const tag = `x${(count += 1)}`
      const end = endsWith ?? tag
      const mark = tagLine(end)
      const kept: Buffer[] = []
      let bytes = 0
      let tail: Buffer = Buffer.alloc(0)
      const begun = performance.now()
      const finish = (line: string): void => {
        socket.off('data', read)
        socket.off('close', closed)
        if (!line.startsWith(`${end} OK`)) reject(new Error(`${command.slice(0, 60)}: ${line}`))
        else resolve({ bytes, seconds: (performance.now() - begun) / 1000, text: keep ? Buffer.concat(kept).toString('latin1') : '' })
      }
      const closed = (): void => reject(new Error(`${command.slice(0, 60)}: closed`))
      const read = (chunk: Buffer): void => {
        bytes += chunk.length
        if (keep) kept.push(chunk)
        tail = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
        if (tail.length > tailBytes) tail = tail.subarray(tail.length - tailBytes)
        if (tail[tail.length - 1] !== 0x0a) return
        const line = lastLine(tail)
        if (line.subarray(0, mark.length).equals(mark)) return finish(line.toString('latin1').trimEnd())
        // Whoever is refused and sent away gets both in one.
        if (line.subarray(0, goodbye.length).equals(goodbye)) {
          const before = lastLine(tail.subarray(0, tail.length - line.length))
          if (before.subarray(0, mark.length).equals(mark)) finish(before.toString('latin1').trimEnd())
        }
      }
      socket.on('data', read)
      socket.once('close', closed)
      if (literal === undefined) socket.write(`${tag} ${command}\r\n`)
      else {
        socket.cork()
        socket.write(`${tag} ${command} {${literal.length}+}\r\n`)
        socket.write(literal)
        socket.write('\r\n')
        socket.uncork()
      }
    })
  return {
    socket,
    run,
    [Symbol.dispose]() {
      socket.destroy()
    },
  }
}
