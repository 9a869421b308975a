/**
 * What a message costs intake, in CPU time of its own: reception over in-memory ports in this process, its clients in another.
 * `node test/flow/intake-bench.ts [messages] [connections] [bytes]`
 */
import { fork } from 'node:child_process'
import { cpus } from 'node:os'
import { connect } from 'node:net'
import { testReception } from '@bulkhead/flow/testing/reception.ts'

const [, , messages = '20000', connections = '10', bytes = '10000', path] = process.argv
const accountsMax = 100
const xclient = 'XCLIENT ADDR=192.0.2.1 HELO=mx.example PROTO=ESMTPS TLS=TLSv1.3\r\n'

/** One client: MAIL and RCPT, the content, the acknowledgement; each in its own turn, as a gate does for its client. */
const client = (socketPath: string, count: number, content: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    let sent = 0
    let stage = -1
    let held = ''
    const next = (): void => {
      stage += 1
      if (stage === 1) socket.write(`${xclient}MAIL FROM:<a@far.example>\r\nRCPT TO:<u${sent % accountsMax}@hikari.example>\r\n`)
      if (stage === 4) {
        socket.cork()
        socket.write(`BDAT ${content.length} LAST\r\n`)
        socket.write(content)
        socket.uncork()
      }
      if (stage === 5) socket.write('XACK\r\n')
      if (stage === 6) {
        sent += 1
        stage = 0
        if (sent === count) {
          socket.end('QUIT\r\n')
          resolve()
        } else next()
      }
    }
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (text) => {
      held += String(text)
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (line[3] === '-') continue
        if (!line.startsWith('2')) reject(new Error(line))
        next()
      }
    })
    socket.write('LHLO bench\r\n')
  })

if (path !== undefined) {
  const line = 'The quick brown fox jumps over the lazy dog, and then some more text follows.\r\n'
  const header = [
    'From: Alice <a@far.example>',
    'To: Bob <b@hikari.example>',
    'Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=',
    'Date: Sat, 21 Nov 2026 03:04:05 +0000',
    'Message-ID: <1@far.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '\r\n',
  ].join('\r\n')
  const part = line.repeat(Math.ceil(Number(bytes) / line.length / 2))
  const content = Buffer.from(`${header}--b\r\nContent-Type: text/plain\r\n\r\n${part}--b\r\nContent-Type: text/html\r\n\r\n${part}--b--\r\n`)
  await Promise.all(Array.from({ length: Number(connections) }, () => client(path, Math.floor(Number(messages) / Number(connections)), content)))
  process.disconnect?.()
} else {
  const given = await testReception()
  for (let count = 0; count < accountsMax; count += 1) await given.addAccount([`u${count}@hikari.example`])
  const run = async (count: string): Promise<void> => {
    const child = fork(process.argv[1] ?? '', [count, connections, bytes, given.paths.gate])
    await new Promise((resolve) => child.once('exit', resolve))
  }
  await run('2000')
  const startMs = performance.now()
  const before = process.cpuUsage()
  await run(messages)
  const { user, system } = process.cpuUsage(before)
  const elapsedMs = performance.now() - startMs
  const perMessageMs = (user + system) / 1_000 / Number(messages)
  const perSecond = Math.round(Number(messages) / (elapsedMs / 1_000))
  console.log(`${messages} messages of ${bytes} bytes over ${connections} connections on ${cpus()[0]?.model ?? 'this machine'}:`)
  console.log(`${perSecond}/s, CPU ${perMessageMs.toFixed(3)} ms each`)
  await given[Symbol.asyncDispose]()
}
