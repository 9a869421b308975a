/** The far end of a relay: an SMTP server that takes everything, keeps nothing and counts. */
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface CountingSink extends AsyncDisposable {
  readonly port: number
  taken(): number
}

const contentEnd = '\r\n.\r\n'

const serve = (socket: Socket, took: () => void): void => {
  let held = ''
  let inContent = false
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.write('220 sink.example ESMTP\r\n')

  const answer = (line: string): string => {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') return '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n'
    if (verb === 'QUIT') return '221 2.0.0 Bye\r\n'
    if (verb !== 'DATA') return '250 2.0.0 Ok\r\n'
    inContent = true
    return '354 Go on\r\n'
  }
  const step = (): string | undefined => {
    const mark = inContent ? contentEnd : '\r\n'
    const end = held.indexOf(mark)
    if (end < 0) return undefined
    const line = inContent ? '' : held.slice(0, end)
    held = held.slice(end + mark.length)
    if (!inContent) return answer(line)
    inContent = false
    took()
    return '250 2.0.0 Taken\r\n'
  }
  socket.on('data', (chunk: string) => {
    held += chunk
    let replies = ''
    for (let reply = step(); reply !== undefined; reply = step()) replies += reply
    if (replies !== '') socket.write(replies)
    if (replies.includes('221 ')) socket.end()
  })
}

export const countingSink = async (): Promise<CountingSink> => {
  let count = 0
  const server = createServer((socket) => serve(socket, () => (count += 1)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => count,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
