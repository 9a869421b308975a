/** The whole body of a request that may only be short. */
import type { IncomingMessage } from 'node:http'

export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<Buffer | 'tooLarge' | 'broken'> => {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      const bytes = chunk as Buffer
      length += bytes.length
      if (length > bytesMax) return 'tooLarge'
      chunks.push(bytes)
    }
  } catch {
    return 'broken'
  }
  return Buffer.concat(chunks)
}

/** Undefined where it is no JSON object. */
export const objectOf = (body: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
