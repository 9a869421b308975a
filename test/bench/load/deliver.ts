/**
 * Sends messages over parallel SMTP or LMTP sessions, one message after another in each, the envelope pipelined
 * (RFC 2920) as every MTA does. The same code drives every server measured.
 */
import { connect, type Socket } from 'node:net'

export interface Login {
  readonly user: string
  readonly password: string
}

export interface Delivery {
  readonly port: number
  readonly lmtp: boolean
  readonly sessions: number
  readonly reversePath: string
  /** AUTH PLAIN before the first message. */
  readonly login?: Login
  readonly jobs: readonly { readonly forwardPath: string; readonly message: Buffer }[]
}

export interface Delivered {
  readonly accepted: number
  readonly refused: readonly string[]
  readonly seconds: number
}

interface Session {
  readonly socket: Socket
  /** Resolves with the last line of the next complete reply. */
  reply(): Promise<string>
}

const openSession = (port: number): Promise<Session> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let held = ''
    const ready: string[] = []
    const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      held += chunk
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (line[3] === '-') continue
        const next = waiting.shift()
        if (next === undefined) ready.push(line)
        else next.resolve(line)
      }
    })
    const fail = (error: Error): void => {
      for (const { reject: refuse } of waiting.splice(0)) refuse(error)
      reject(error)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the server closed the connection')))
    socket.once('connect', () =>
      resolve({
        socket,
        reply: () =>
          new Promise((give, refuse) => {
            const line = ready.shift()
            if (line !== undefined) give(line)
            else if (socket.destroyed) refuse(new Error('the server closed the connection'))
            else waiting.push({ resolve: give, reject: refuse })
          }),
      }),
    )
  })

const end = Buffer.from('\r\n.\r\n')

/** Messages to send have CRLF line ends, no leading dots and end without a line break of their own mattering. */
export const deliver = async ({ port, lmtp, sessions, reversePath, jobs, login }: Delivery): Promise<Delivered> => {
  const open = await Promise.all(Array.from({ length: sessions }, () => openSession(port)))
  for (const session of open) {
    await session.reply()
    session.socket.write(`${lmtp ? 'LHLO' : 'EHLO'} bench.example\r\n`)
    await session.reply()
    if (login === undefined) continue
    session.socket.write(`AUTH PLAIN ${Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')}\r\n`)
    const answer = await session.reply()
    if (!answer.startsWith('235')) throw new Error(answer)
  }
  let next = 0
  let accepted = 0
  const refused: string[] = []
  const begun = performance.now()
  const work = async ({ socket, reply }: Session): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
      socket.write(`MAIL FROM:<${reversePath}>\r\nRCPT TO:<${job.forwardPath}>\r\nDATA\r\n`)
      const answers = [await reply(), await reply(), await reply()]
      if (!answers[2]?.startsWith('354')) {
        refused.push(answers.find((line) => !line.startsWith('250')) ?? '')
        socket.write('RSET\r\n')
        await reply()
        continue
      }
      socket.cork()
      socket.write(job.message)
      socket.write(end)
      socket.uncork()
      const verdict = await reply()
      if (verdict.startsWith('250')) accepted += 1
      else refused.push(verdict)
    }
  }
  await Promise.all(open.map(work))
  const seconds = (performance.now() - begun) / 1000
  for (const { socket } of open) socket.end('QUIT\r\n')
  return { accepted, refused, seconds }
}
