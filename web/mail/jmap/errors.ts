/** A method, or a whole request, was answered by an error (RFC 8620 section 3.6). */
export class JmapError extends Error {
  readonly type: string
  constructor(type: string, description?: string) {
    super(description === undefined ? type : `${type}: ${description}`)
    this.name = 'JmapError'
    this.type = type
  }
}

/** The network failed, or the server was not there for longer than we try. What was asked may or may not have happened. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('the server cannot be reached', { cause })
    this.name = 'Unreachable'
  }
}

export const errorType = (error: unknown): string => (error instanceof JmapError ? error.type : error instanceof Unreachable ? 'unreachable' : 'unknown')
