/** A page in a browser as the gate sees one: a device's key, a token, a proof for every request, over plain HTTP on loopback. */
import { request } from 'node:http'
import { newDevice, type Claims } from '@bulkhead/wire/dpop/testing/prover.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** Of a problem: what went wrong. */
  readonly error: string | undefined
  json(): Record<string, unknown>
}

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

const waitMs = 60_000

export const ask = (port: number, { method = 'GET', path, host = `localhost:${port}`, headers = {}, body }: Asked): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { host, ...headers }, agent: false, timeout: waitMs }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>
        const isProblem = response.headers['content-type'] === 'application/problem+json'
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, error: isProblem ? String(json()['error']) : undefined, json })
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })

export interface Remembered {
  readonly device: string
  readonly secret: string
}

export const browserAt = (port: number, host = `localhost:${port}`) => {
  const device = newDevice()
  const origin = `http://${host}`
  let token = ''
  let remembered: Remembered | undefined
  const json = { 'content-type': 'application/json' }
  const page = {
    device,
    origin,
    get token() {
      return token
    },
    get remembered() {
      return remembered
    },
    take(answer: Answer): Answer {
      if (answer.status !== 201) return answer
      const { token: given, remember } = answer.json()
      token = String(given)
      if (typeof remember === 'object' && remember !== null) remembered = remember as Remembered
      return answer
    },
    async signIn(login: string, password: string, remember: string | false = false): Promise<Answer> {
      const body = JSON.stringify({ login, password, key: device.jwk, remember, language: 'en' })
      return page.take(await ask(port, { method: 'POST', path: '/api/session', host, headers: json, body }))
    },
    /** `over`: claims of the proof that are not what they should be. */
    async resume(given = remembered, over: Claims = {}, prover = device): Promise<Answer> {
      const path = '/api/session/resume'
      const headers = { ...json, dpop: prover.proof('POST', `${origin}${path}`, undefined, over) }
      return page.take(await ask(port, { method: 'POST', path, host, headers, body: JSON.stringify({ ...given, key: prover.jwk }) }))
    },
    headers: (method: string, path: string, over: Claims = {}, prover = device) =>
      ({ authorization: `DPoP ${token}`, dpop: prover.proof(method, `${origin}${path}`, token, over) }),
    fetch: (path: string, { method = 'GET', body, headers = {} }: { method?: string; body?: string; headers?: Readonly<Record<string, string>> } = {}) =>
      ask(port, { method, path, host, headers: { ...page.headers(method, path), ...headers }, ...(body === undefined ? {} : { body }) }),
  }
  return page
}

export type Browser = ReturnType<typeof browserAt>
