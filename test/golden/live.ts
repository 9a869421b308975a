/**
 * The same transcripts against the running platform over TLS. Each needs an account of its own, new and empty.
 */
import { connect } from 'node:tls'
import { lineClient } from './line-client.ts'
import type { World } from './player.ts'

export interface Target {
  readonly host: string
  readonly port: number
  readonly login: string
  readonly password: string
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string
  readonly serverName: string
}

export const liveWorld = ({ host, port, login, password, authority, serverName }: Target): World => ({
  words: [['login', login], ['password', password]],
  async connect() {
    const socket = connect({ host, port, ca: authority, servername: serverName })
    const client = lineClient(socket)
    await client.line()
    client.send(Buffer.from(`login LOGIN "${login}" "${password}"\r\n`))
    const answer = await client.line()
    if (!answer.startsWith('login OK')) throw new Error(answer)
    return client
  },
})
