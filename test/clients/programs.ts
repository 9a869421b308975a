/** Runs real mail programs, bounded in time, and says what they said. */
import { spawn } from 'node:child_process'

export interface Ran {
  readonly code: number | null
  readonly out: string
}

const defaultTimeoutMs = 60_000

/** Standard output and error in one text; standard input is `input` or closed. */
export const run = (
  file: string,
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number } = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? defaultTimeoutMs)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, out: Buffer.concat(chunks).toString('utf8') })
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })

export const eventually = async <T>(withinMs: number, attempt: () => Promise<T | undefined>): Promise<T> => {
  const until = Date.now() + withinMs
  for (;;) {
    const found = await attempt()
    if (found !== undefined) return found
    if (Date.now() > until) throw new Error(`it did not happen within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
