/** A blunt client for tests: writes bytes, reads whole replies. */
import { connect, type Socket } from 'node:net'

export interface LineClient extends Disposable {
  send(bytes: string | Uint8Array): void
  /** The next reply, its lines joined by a line feed; `closed` when the server is gone. */
  reply(): Promise<string>
  ask(line: string): Promise<string>
}

const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/

export const lineClient = (at: string | { readonly host: string; readonly port: number }): LineClient => {
  const socket: Socket = typeof at === 'string' ? connect(at) : connect(at)
  let held = ''
  let over = false
  let wake = (): void => {}
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    held += String(text)
    wake()
  })
  for (const event of ['close', 'error'] as const) {
    socket.on(event, () => {
      over = true
      wake()
    })
  }
  const reply = async (): Promise<string> => {
    for (;;) {
      const [found] = whole.exec(held) ?? []
      if (found !== undefined) {
        held = held.slice(found.length)
        return found.trimEnd().replaceAll('\r\n', '\n')
      }
      if (over) return 'closed'
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    send: (bytes) => void socket.write(bytes),
    reply,
    async ask(line) {
      socket.write(`${line}\r\n`)
      return reply()
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
