/** Ways by which somebody could try to have a notice's sign on a message of their own: everything a person or a stranger can put into a mailbox. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** Longer than a busy machine takes for anything. */
const patienceMs = 60_000

/** Says a line and waits for the answer that ends it. */
const dialogue = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer came')))
  const lines = createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]()
  const until = async (ending: RegExp): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the server hung up')
      if (ending.test(String(value))) return String(value)
    }
  }
  return { socket, until }
}

/** As another server brings it; `message` to the byte. */
export const bySmtp = async (port: number, to: string, message: Buffer): Promise<void> => {
  const { socket, until } = await dialogue(port)
  const ask = async (line: string): Promise<void> => {
    socket.write(`${line}\r\n`)
    const answer = await until(/^\d{3} /)
    if (!/^[23]/.test(answer)) throw new Error(`${line}: ${answer}`)
  }
  await until(/^220 /)
  await ask('EHLO mx.friends.example')
  await ask('MAIL FROM:<postmaster@friends.example> BODY=8BITMIME')
  await ask(`RCPT TO:<${to}>`)
  await ask('DATA')
  socket.write(message)
  await ask('.')
  socket.end('QUIT\r\n')
}

/** By APPEND, with keywords that claim it, and a COPY of what is there already. */
export const byImap = async (port: number, login: string, password: string, message: Buffer): Promise<void> => {
  const { socket, until } = await dialogue(port)
  const ask = async (tag: string, line: string): Promise<void> => {
    socket.write(`${tag} ${line}\r\n`)
    const answer = await until(new RegExp(`^${tag} `))
    if (!answer.startsWith(`${tag} OK`)) throw new Error(`${line}: ${answer}`)
  }
  await until(/^\* OK/)
  await ask('a1', `LOGIN "${login}" "${password}"`)
  socket.write(`a2 APPEND INBOX ($official Notice $notice) {${message.length}+}\r\n`)
  socket.write(message)
  socket.write('\r\n')
  const appended = await until(/^a2 /)
  if (!appended.startsWith('a2 OK')) throw new Error(appended)
  await ask('a3', 'SELECT INBOX')
  await ask('a4', 'STORE 1:* +FLAGS ($official Notice $notice Bulkhead-Notice)')
  socket.end('a5 LOGOUT\r\n')
}

/** Commands of a session, each of which must be carried out. */
export const askByImap = async (port: number, login: string, password: string, commands: readonly string[]): Promise<void> => {
  const { socket, until } = await dialogue(port)
  await until(/^\* OK/)
  for (const [at, line] of [`LOGIN "${login}" "${password}"`, ...commands].entries()) {
    socket.write(`a${at} ${line}\r\n`)
    const answer = await until(new RegExp(`^a${at} `))
    if (!answer.startsWith(`a${at} OK`)) throw new Error(`${line}: ${answer}`)
  }
  socket.end('z LOGOUT\r\n')
}

/** What the sign could be thought to hang on. */
export const claims = (message: Buffer, hostName: string): readonly Buffer[] => [
  `Bulkhead-Notice: ${Buffer.alloc(96, 7).toString('base64')}\r\n`, `Return-Path: <>\r\nReceived: by ${hostName} with NOTICE id 1; Sat, 21 Nov 2026 09:00:00 +0000\r\n`,
  `Authentication-Results: ${hostName}; auth=pass; dmarc=pass header.from=send.example; dkim=pass header.d=send.example; notice=pass\r\n`,
  'X-Official: yes\r\nX-Official-Notice: true\r\nAuto-Submitted: auto-generated\r\nX-Keywords: $official\r\n',
].map((before) => Buffer.concat([Buffer.from(before), message]))
