/** A mail program that is logged in over IMAP, as long as it is let. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** Longer than a busy machine takes for anything. */
const patienceMs = 60_000

export interface MailProgram {
  /** What was said to LOGIN. */
  readonly said: string
  /** Resolves when the server hangs up; rejects where it does not. */
  readonly hungUp: Promise<void>
  readonly socket: Socket
}

/** Logged in, or told why not. */
export const mailProgram = async (port: number, login: string, password: string): Promise<MailProgram> => {
  const socket = connect(port, '127.0.0.1')
  const hungUp = new Promise<void>((resolve, reject) => {
    socket.setTimeout(patienceMs, () => {
      reject(new Error('the server does not hang up'))
      socket.destroy()
    })
    socket.once('close', () => resolve())
  })
  hungUp.catch(() => undefined)
  socket.on('error', () => undefined)
  const lines = createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]()
  await lines.next()
  socket.write(`a1 LOGIN "${login}" "${password}"\r\n`)
  for (;;) {
    const { value = '', done } = await lines.next()
    if (done === true) return { said: '', hungUp, socket }
    if (value.startsWith('a1 ')) {
      // Nobody reads on: the end must not wait in a buffer.
      socket.resume()
      return { said: value.split(' ')[1] ?? '', hungUp, socket }
    }
  }
}

/** Whether the password opens the mailbox now. */
export const opens = async (port: number, login: string, password: string): Promise<boolean> => {
  const { said, socket } = await mailProgram(port, login, password)
  socket.destroy()
  return said === 'OK'
}
