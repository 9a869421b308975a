/** dkimpy, an implementation by others (Debian's python3-dkim): many jobs in one run of it. */
import { fileURLToPath } from 'node:url'
import { run } from '../clients/programs.ts'

export type Job =
  | { readonly do: 'verify'; readonly message: Buffer; readonly signatures: number }
  | { readonly do: 'arcVerify'; readonly message: Buffer }
  | { readonly do: 'arcSign'; readonly message: Buffer; readonly selector: string; readonly domain: string; readonly key: string; readonly by: string }
  | {
      readonly do: 'sign'; readonly message: Buffer; readonly selector: string; readonly domain: string; readonly key: string
      readonly canonicalize: string; readonly algorithm: string; readonly length: boolean
    }

export const dkimpy = async (dns: Readonly<Record<string, string>>, jobs: readonly Job[]): Promise<readonly unknown[]> => {
  const input = JSON.stringify({ dns, jobs: jobs.map((job) => ({ ...job, message: job.message.toString('base64') })) })
  const { code, out } = await run('/usr/bin/python3', ['-W', 'ignore', fileURLToPath(new URL('dkimpy.py', import.meta.url))], { input })
  if (code !== 0) throw new Error(out)
  const answers: unknown = JSON.parse(out)
  if (!Array.isArray(answers) || answers.length !== jobs.length) throw new Error(out)
  return answers
}
