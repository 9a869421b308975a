/**
 * The same transcripts against the running platform over TLS. Each needs an account of its own, new and empty.
 */
import { connect as connectPlain } from 'node:net'
import { connect } from 'node:tls'
import { lineClient } from './line-client.ts'
import type { Client, World } from './world.ts'

export interface Target {
  readonly host: string
  /** IMAP's. */
  readonly port: number
  readonly login: string
  /** Another account of the same domain and password, where the transcript has clients of it. */
  readonly neighbour: string | null
  readonly password: string
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string
  readonly serverName: string
}

const connected = async ({ host, port, password, authority, serverName }: Target, login: string): Promise<Client> => {
  const socket = connect({ host, port, ca: authority, servername: serverName })
  const client = lineClient(socket)
  await client.line()
  client.send(Buffer.from(`login LOGIN "${login}" "${password}"\r\n`))
  const answer = await client.line()
  if (!answer.startsWith('login OK')) throw new Error(answer)
  return client
}

export const liveWorld = (target: Target): World => {
  const { login, neighbour, password } = target
  const words: World['words'] = [['login', login], ['password', password], ...(neighbour === null ? [] : [['neighbour', neighbour] as const])]
  const connect = () => connected(target, login)
  return neighbour === null ? { words, connect } : { words, connect, neighbour: { connect: () => connected(target, neighbour) } }
}

/** Its clients have begun TLS and said their password, and not read what that was answered with. */
export const liveSieveWorld = (target: Target & { readonly sievePort: number }): World => {
  const { host, sievePort: port, login, password } = target
  const untilOk = async (client: Client): Promise<void> => {
    while (!(await client.line()).startsWith('OK')) continue
  }
  return {
    words: [['login', login]],
    async connect() {
      const client = lineClient(connectPlain({ host, port }))
      await untilOk(client)
      client.send(Buffer.from('STARTTLS\r\n'))
      await untilOk(client)
      client.secure()
      await untilOk(client)
      client.send(Buffer.from(`AUTHENTICATE "PLAIN" "${Buffer.from(`\0${login}\0${password}`).toString('base64')}"\r\n`))
      return client
    },
  }
}

/** Its clients have said their password, and not read what that was answered with: how many messages there are. */
export const livePop3World = (target: Target & { readonly pop3Port: number }): World => {
  const { host, pop3Port: port, login, password, authority: ca, serverName: servername } = target
  return {
    async connect() {
      const client = lineClient(connect({ host, port, ca, servername }))
      await client.line()
      client.send(Buffer.from(`USER ${login}\r\n`))
      await client.line()
      client.send(Buffer.from(`PASS ${password}\r\n`))
      return client
    },
    preparer: () => connected(target, login),
  }
}
